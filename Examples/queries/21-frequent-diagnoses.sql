-- The ten diagnoses that most patients have had.
SELECT code, COUNT(DISTINCT patient) AS patients, COUNT(*) AS diagnoses
FROM Condition
GROUP BY code
ORDER BY patients DESC, code
LIMIT 10
