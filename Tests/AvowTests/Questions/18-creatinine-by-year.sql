SELECT
    strftime(moment, '%Y') AS year, count(value) AS measurements, min(value) AS least,
    {'sum': sum(value), 'count': count(value)} AS mean, max(value) AS greatest
FROM observation SEMI JOIN loinc('Observation', ['2160-0', '38483-4']) USING (id)
GROUP BY ALL
ORDER BY year
