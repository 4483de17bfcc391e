SELECT shown(system, coding.code) AS code, strftime(moment, '%Y') AS year, count(*) AS measurements
FROM observation JOIN coding USING (type, id)
WHERE moment >= TIMESTAMP '2018-01-01'
GROUP BY ALL
ORDER BY year, measurements DESC, code
