-- The units that measurements are given in, as people read them and as UCUM codes.
SELECT DISTINCT value.unit AS unit, value.code AS code
FROM Observation
WHERE value-quantity IS NOT NULL
ORDER BY unit, code
