SELECT system || '|' || code AS code, count(*) AS observations, count(DISTINCT patient)
FROM observation
WHERE NOT content ? 'valueQuantity'
GROUP BY system, observation.code
ORDER BY observations DESC, code
