-- The latest HbA1c of each patient with diabetes type 2.
SELECT patient, date AS taken, value.value AS hba1c
FROM Observation
WHERE code = loinc|4548-4 AND patient IN (SELECT patient FROM Condition WHERE code = snomed|44054006)
ORDER BY date DESC, patient
LIMIT 1 PER patient
