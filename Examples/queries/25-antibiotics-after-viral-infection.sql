-- Amoxicillin within a week of a viral infection, where it does not help: how often in each year.
SELECT year(date) AS year, COUNT(*) AS prescriptions, COUNT(DISTINCT patient) AS patients
FROM MedicationRequest
WHERE code IN (rxnorm|308182, rxnorm|562251)
    AND WITHIN 7 DAYS AFTER (Condition WHERE code IN (snomed|444814009, snomed|195662009))
GROUP BY year
ORDER BY year
