SELECT
    patient,
    (SELECT digits FROM quantity
        WHERE quantity.patient = person.patient AND code = '29463-7' AND system = 'http://loinc.org' AND parameter = 'value'
        ORDER BY at LIMIT 1) AS first,
    (SELECT digits FROM quantity
        WHERE quantity.patient = person.patient AND code = '29463-7' AND system = 'http://loinc.org' AND parameter = 'value'
        ORDER BY at DESC LIMIT 1) AS latest
FROM person
WHERE patient IN (SELECT patient FROM token WHERE type = 'Condition' AND parameter = 'code' AND code IN ('414916001', '162864005') AND system = 'http://snomed.info/sct')
ORDER BY patient
