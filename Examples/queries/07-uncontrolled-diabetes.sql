-- Patients whose latest HbA1c is above 6.5 %: no later one is there.
SELECT patient, date AS taken, value.value AS hba1c
FROM Observation
WHERE code = loinc|4548-4 AND value-quantity > 6.5 '%' AND NOT BEFORE (Observation WHERE code = loinc|4548-4)
ORDER BY patient, date
