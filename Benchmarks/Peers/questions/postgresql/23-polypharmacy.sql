SELECT patient, count(DISTINCT code) AS drugs
FROM medication
WHERE status = 'active'
GROUP BY patient
HAVING count(DISTINCT code) >= 3
ORDER BY drugs DESC, patient
