-- The ten conditions that most patients with diabetes type 2 have besides it.
SELECT code, COUNT(DISTINCT patient) AS patients
FROM Condition
WHERE patient IN (SELECT patient FROM Condition WHERE code = snomed|44054006) AND NOT code = snomed|44054006
GROUP BY code
ORDER BY patients DESC, code
LIMIT 10
