SELECT DISTINCT unit, unit_code
FROM quantity
WHERE parameter = 'value'
ORDER BY 1, 2
