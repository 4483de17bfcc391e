SELECT system || '|' || code AS code, count(DISTINCT patient) AS patients
FROM condition
WHERE patient IN (SELECT patient FROM condition WHERE code = '44054006' AND system = 'http://snomed.info/sct')
    AND NOT (code = '44054006' AND system = 'http://snomed.info/sct')
GROUP BY system, condition.code
ORDER BY patients DESC, code
LIMIT 10
