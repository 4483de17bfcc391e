-- The first and the latest weight of patients with obesity.
SELECT
    patient,
    (SELECT value.value FROM Observation WHERE code = loinc|29463-7 ORDER BY date) AS first,
    (SELECT value.value FROM Observation WHERE code = loinc|29463-7 ORDER BY date DESC) AS latest
FROM Patient
WHERE patient IN (SELECT patient FROM Condition WHERE code IN (snomed|414916001, snomed|162864005))
ORDER BY patient
