SELECT patient, written, value
FROM observation
WHERE code = '4548-4' AND system = 'http://loinc.org' AND value > 6.5 AND unit_code = '%' AND NOT EXISTS (
    SELECT 1 FROM observation AS later
    WHERE later.code = '4548-4' AND later.system = 'http://loinc.org' AND later.patient = observation.patient AND later.at > observation.at)
ORDER BY patient, at
