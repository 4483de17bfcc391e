SELECT strftime(moment, '%Y') AS year, count(DISTINCT patient) AS patients, count(*) AS doses
FROM immunization JOIN coding USING (type, id)
WHERE system = 'http://hl7.org/fhir/sid/cvx' AND code = '140'
GROUP BY ALL
ORDER BY year
