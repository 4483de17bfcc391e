WITH test AS (FROM observation SEMI JOIN loinc('Observation', ['4548-4']) USING (id))
SELECT patient, written AS taken, as_written(digits) AS hba1c
FROM test
WHERE value > 6.5 AND unit_code = '%' AND instant = (SELECT max(instant) FROM test AS other WHERE other.patient = test.patient)
ORDER BY patient, instant
