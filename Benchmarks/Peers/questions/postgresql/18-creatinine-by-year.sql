SELECT to_char(at, 'YYYY'), count(value), min(value), avg(value), max(value)
FROM observation
WHERE code IN ('2160-0', '38483-4') AND system = 'http://loinc.org'
GROUP BY 1
ORDER BY 1
