SELECT unit, unit_code
FROM observation
WHERE content ? 'valueQuantity'
GROUP BY 1, 2
ORDER BY 1, 2
