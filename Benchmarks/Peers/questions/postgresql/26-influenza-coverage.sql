SELECT to_char(at, 'YYYY') AS year, count(DISTINCT patient), count(*)
FROM immunization
WHERE code = '140' AND system = 'http://hl7.org/fhir/sid/cvx'
GROUP BY 1
ORDER BY 1
