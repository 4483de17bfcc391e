-- Patients for whom three or more different drugs are prescribed at present.
SELECT patient, COUNT(DISTINCT medication.coding.code) AS drugs
FROM MedicationRequest
WHERE status = active
GROUP BY patient
HAVING drugs >= 3
ORDER BY drugs DESC, patient
