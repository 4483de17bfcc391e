SELECT drug.patient, written, drug.code
FROM token AS drug
    JOIN token AS status ON status.number = drug.number AND status.parameter = 'status' AND status.code = 'active'
    JOIN resource ON resource.number = drug.number
WHERE drug.type = 'MedicationRequest' AND drug.parameter = 'code' AND drug.code IN ('312961', '316672')
    AND drug.system = 'http://www.nlm.nih.gov/research/umls/rxnorm'
    AND drug.patient IN (
        SELECT other.patient
        FROM token AS other
            JOIN token AS status ON status.number = other.number AND status.parameter = 'status' AND status.code = 'active'
        WHERE other.type = 'MedicationRequest' AND other.parameter = 'code' AND other.code = '197361'
            AND other.system = 'http://www.nlm.nih.gov/research/umls/rxnorm')
ORDER BY drug.at, drug.patient
