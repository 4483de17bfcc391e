SELECT token.patient, written
FROM token JOIN resource USING (number)
WHERE token.type = 'Condition' AND parameter = 'code' AND code = '38341003' AND system = 'http://snomed.info/sct'
    AND token.patient NOT IN (SELECT patient FROM token WHERE type = 'MedicationRequest' AND parameter = 'code' AND code = '197361' AND system = 'http://www.nlm.nih.gov/research/umls/rxnorm')
ORDER BY token.at, token.patient
