SELECT DISTINCT unit, unit_code AS code
FROM observation
WHERE value IS NOT NULL
ORDER BY unit, code
