SELECT patient, written AS taken, as_written(digits) AS hba1c
FROM observation SEMI JOIN loinc('Observation', ['4548-4']) USING (id)
WHERE patient IN (SELECT patient FROM condition SEMI JOIN snomed('Condition', ['44054006']) USING (id))
QUALIFY row_number() OVER (PARTITION BY patient ORDER BY instant DESC) = 1
ORDER BY instant DESC, patient
