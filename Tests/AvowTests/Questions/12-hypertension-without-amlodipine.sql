SELECT patient, written AS since
FROM condition SEMI JOIN snomed('Condition', ['38341003']) USING (id)
WHERE patient NOT IN (
    SELECT patient FROM medication SEMI JOIN rxnorm('MedicationRequest', ['197361']) USING (id))
ORDER BY instant, patient
