SELECT patient, count(DISTINCT code) AS drugs
FROM medication LEFT JOIN coding USING (type, id)
WHERE status = 'active'
GROUP BY patient
HAVING drugs >= 3
ORDER BY drugs DESC, patient
