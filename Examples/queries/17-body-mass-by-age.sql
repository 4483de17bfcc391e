-- The spread of the body mass index by age, in steps of ten years.
SELECT
    bucket(age((SELECT birthDate FROM Patient), date), 10) AS age,
    COUNT(*) AS measurements,
    PERCENTILE(value.value, 10) AS low,
    PERCENTILE(value.value, 50) AS middle,
    PERCENTILE(value.value, 90) AS high
FROM Observation
WHERE code = loinc|39156-5
GROUP BY age
ORDER BY age
