SELECT system || '|' || code AS code, to_char(at, 'YYYY') AS year, count(*) AS measurements
FROM observation
WHERE at >= '2018-01-01'
GROUP BY system, observation.code, 2
ORDER BY year, measurements DESC, code
