SELECT
    patient,
    (SELECT value FROM observation
        WHERE code = '29463-7' AND system = 'http://loinc.org' AND observation.patient = person.patient
        ORDER BY at LIMIT 1) AS first,
    (SELECT value FROM observation
        WHERE code = '29463-7' AND system = 'http://loinc.org' AND observation.patient = person.patient
        ORDER BY at DESC LIMIT 1) AS latest
FROM person
WHERE patient IN (SELECT patient FROM condition WHERE code IN ('414916001', '162864005') AND system = 'http://snomed.info/sct')
ORDER BY patient
