SELECT patient, written
FROM condition
WHERE code = '38341003' AND system = 'http://snomed.info/sct' AND NOT EXISTS (
    SELECT 1 FROM medication
    WHERE code = '197361' AND system = 'http://www.nlm.nih.gov/research/umls/rxnorm' AND medication.patient = condition.patient)
ORDER BY at, patient
