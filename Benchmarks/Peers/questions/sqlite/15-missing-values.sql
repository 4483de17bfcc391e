SELECT system || '|' || code AS shown, count(*) AS observations, count(DISTINCT patient)
FROM token
WHERE type = 'Observation' AND parameter = 'code'
    AND NOT EXISTS (SELECT 1 FROM quantity WHERE quantity.number = token.number AND quantity.parameter = 'value')
GROUP BY system, code
ORDER BY observations DESC, shown
