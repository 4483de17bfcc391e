WITH diabetes AS (FROM condition SEMI JOIN snomed('Condition', ['44054006']) USING (id))
SELECT shown(system, coding.code) AS code, count(DISTINCT patient) AS patients
FROM condition JOIN coding USING (type, id)
WHERE patient IN (SELECT patient FROM diabetes) AND id NOT IN (SELECT id FROM diabetes)
GROUP BY ALL
ORDER BY patients DESC, code
LIMIT 10
