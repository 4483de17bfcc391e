WITH visit AS (
    SELECT *, instant = max(instant) OVER (PARTITION BY patient) AS is_last FROM encounter
), test AS (
    SELECT patient, moment FROM observation SEMI JOIN loinc('Observation', ['18262-6']) USING (id)
)
SELECT patient, written AS last_visit
FROM visit
WHERE is_last
    AND patient IN (
        SELECT patient
        FROM condition SEMI JOIN snomed('Condition', ['44054006', '714628002', '15777000']) USING (id))
    AND NOT EXISTS (
        SELECT 1 FROM test
        WHERE test.patient = visit.patient
            AND (test.moment BETWEEN visit.moment AND visit.moment + INTERVAL 1 YEAR
                OR visit.moment BETWEEN test.moment AND test.moment + INTERVAL 1 YEAR))
ORDER BY instant, patient
