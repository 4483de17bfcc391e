-- Patients with hypertension who were never given amlodipine, and since when they have it.
SELECT patient, date AS since
FROM Condition
WHERE code = snomed|38341003 AND patient NOT IN (SELECT patient FROM MedicationRequest WHERE code = rxnorm|197361)
ORDER BY date, patient
