SELECT system || '|' || code AS shown, strftime('%Y', at / 1000, 'unixepoch') AS year, count(*) AS measurements
FROM token
WHERE type = 'Observation' AND parameter = 'code' AND at >= 1514764800000
GROUP BY system, code, year
ORDER BY year, measurements DESC, shown
