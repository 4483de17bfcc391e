SELECT system || '|' || code AS shown, count(DISTINCT patient) AS patients, count(*)
FROM token
WHERE type = 'Condition' AND parameter = 'code'
GROUP BY system, code
ORDER BY patients DESC, shown
LIMIT 10
