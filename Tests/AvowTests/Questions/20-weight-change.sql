WITH weight AS (
    SELECT patient, min_by(digits, instant) AS first, max_by(digits, instant) AS latest
    FROM observation SEMI JOIN loinc('Observation', ['29463-7']) USING (id)
    GROUP BY patient
)
SELECT patient, as_written(first) AS first, as_written(latest) AS latest
FROM person LEFT JOIN weight USING (patient)
WHERE patient IN (SELECT patient FROM condition SEMI JOIN snomed('Condition', ['414916001', '162864005']) USING (id))
ORDER BY patient
