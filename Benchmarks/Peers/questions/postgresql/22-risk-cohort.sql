SELECT patient, gender, birth
FROM person
WHERE patient IN (SELECT patient FROM condition WHERE code = '38341003' AND system = 'http://snomed.info/sct')
    AND patient IN (
        SELECT patient FROM condition WHERE code IN ('414916001', '162864005', '714628002', '15777000') AND system = 'http://snomed.info/sct')
    AND NOT EXISTS (
        SELECT 1 FROM condition WHERE code = '44054006' AND system = 'http://snomed.info/sct' AND condition.patient = person.patient)
ORDER BY birth, patient
