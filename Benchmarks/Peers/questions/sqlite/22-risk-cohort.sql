SELECT patient, gender, birth
FROM person
WHERE patient IN (SELECT patient FROM token WHERE type = 'Condition' AND parameter = 'code' AND code = '38341003' AND system = 'http://snomed.info/sct')
    AND patient IN (
        SELECT patient FROM token
        WHERE type = 'Condition' AND parameter = 'code' AND code IN ('414916001', '162864005', '714628002', '15777000') AND system = 'http://snomed.info/sct')
    AND patient NOT IN (SELECT patient FROM token WHERE type = 'Condition' AND parameter = 'code' AND code = '44054006' AND system = 'http://snomed.info/sct')
ORDER BY birth, patient
