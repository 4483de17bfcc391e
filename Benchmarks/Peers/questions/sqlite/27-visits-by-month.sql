SELECT strftime('%Y-%m', at / 1000, 'unixepoch') AS month, code, count(*)
FROM token
WHERE type = 'Encounter' AND parameter = 'class' AND at >= 1514764800000 AND at < 1546300800000
GROUP BY 1, 2
ORDER BY 1, 2
