SELECT to_char(at, 'YYYY-MM') AS month, class, count(*)
FROM encounter
WHERE at >= '2018-01-01' AND at < '2019-01-01'
GROUP BY 1, 2
ORDER BY 1, 2
