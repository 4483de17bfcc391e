SELECT shown(system, coding.code) AS code, count(*) AS observations, count(DISTINCT patient) AS patients
FROM observation JOIN coding USING (type, id)
WHERE value IS NULL
GROUP BY ALL
ORDER BY observations DESC, code
