SELECT strftime('%Y', at / 1000, 'unixepoch') AS year, count(DISTINCT patient), count(*)
FROM token
WHERE type = 'Immunization' AND parameter = 'code' AND code = '140' AND system = 'http://hl7.org/fhir/sid/cvx'
GROUP BY 1
ORDER BY 1
