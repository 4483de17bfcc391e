SELECT patient, written, value, unit
FROM observation
WHERE code = '4548-4' AND system = 'http://loinc.org' AND at >= '2019-01-01' AND value > 6.5 AND unit_code = '%'
ORDER BY at
