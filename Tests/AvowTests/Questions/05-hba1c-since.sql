-- Rows of one instant may stand in any order.
SELECT patient, written AS taken, as_written(digits) AS hba1c, unit
FROM observation SEMI JOIN loinc('Observation', ['4548-4']) USING (id)
WHERE moment >= TIMESTAMP '2019-01-01' AND value > 6.5 AND unit_code = '%'
ORDER BY instant, patient
