SELECT strftime(moment, '%Y') AS year, count(*) AS readings, count(DISTINCT patient) AS patients
FROM observation SEMI JOIN loinc('Observation', ['85354-9', '55284-4']) USING (id)
WHERE id IN (SELECT id FROM component WHERE code = '8480-6' AND value >= 140 OR code = '8462-4' AND value >= 90)
GROUP BY ALL
ORDER BY year
