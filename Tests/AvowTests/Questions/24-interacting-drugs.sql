SELECT patient, written AS prescribed, code AS drug
FROM medication SEMI JOIN rxnorm('MedicationRequest', ['312961', '316672']) USING (id) JOIN coding USING (type, id)
WHERE status = 'active' AND patient IN (
    SELECT patient
    FROM medication SEMI JOIN rxnorm('MedicationRequest', ['197361']) USING (id)
    WHERE status = 'active')
ORDER BY instant, patient
