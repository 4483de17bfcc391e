-- Who takes simvastatin together with amlodipine, which raises its level.
SELECT patient, date AS prescribed, medication.coding.code AS drug
FROM MedicationRequest
WHERE code IN (rxnorm|312961, rxnorm|316672) AND status = active
    AND EXISTS (MedicationRequest WHERE code = rxnorm|197361 AND status = active)
ORDER BY date, patient
