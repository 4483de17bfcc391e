SELECT
    years(birthday, observation.moment) // 10 * 10 AS age, count(*) AS measurements,
    {'percent': 10, 'of': list(value)} AS low, {'percent': 50, 'of': list(value)} AS middle,
    {'percent': 90, 'of': list(value)} AS high
FROM observation SEMI JOIN loinc('Observation', ['39156-5']) USING (id) JOIN person USING (patient)
GROUP BY ALL
ORDER BY age
