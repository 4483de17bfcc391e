SELECT system || '|' || code AS code, count(DISTINCT patient) AS patients, count(*)
FROM condition
WHERE condition.code IS NOT NULL
GROUP BY system, condition.code
ORDER BY patients DESC, code
LIMIT 10
