SELECT shown(system, coding.code) AS code, count(DISTINCT patient) AS patients, count(*) AS diagnoses
FROM condition JOIN coding USING (type, id)
GROUP BY ALL
ORDER BY patients DESC, code
LIMIT 10
