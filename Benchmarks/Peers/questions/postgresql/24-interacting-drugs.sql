SELECT patient, written, code
FROM medication
WHERE code IN ('312961', '316672') AND system = 'http://www.nlm.nih.gov/research/umls/rxnorm' AND status = 'active' AND patient IN (
    SELECT patient FROM medication WHERE code = '197361' AND system = 'http://www.nlm.nih.gov/research/umls/rxnorm' AND status = 'active')
ORDER BY at, patient
