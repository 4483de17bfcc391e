-- Prescriptions of metformin (RxNorm 860975) that are still running come first.
SELECT patient, status, authoredOn, dosageInstruction.text AS dosage
FROM MedicationRequest
WHERE code = rxnorm|860975
ORDER BY status, authoredOn DESC
LIMIT 20
