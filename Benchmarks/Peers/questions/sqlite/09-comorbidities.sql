SELECT system || '|' || code AS shown, count(DISTINCT patient) AS patients
FROM token
WHERE type = 'Condition' AND parameter = 'code' AND NOT (code = '44054006' AND system = 'http://snomed.info/sct')
    AND patient IN (SELECT patient FROM token WHERE type = 'Condition' AND parameter = 'code' AND code = '44054006' AND system = 'http://snomed.info/sct')
GROUP BY system, code
ORDER BY patients DESC, shown
LIMIT 10
