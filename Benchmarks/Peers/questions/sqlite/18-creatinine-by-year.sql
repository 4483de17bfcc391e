SELECT strftime('%Y', at / 1000, 'unixepoch'), count(value), min(value), avg(value), max(value)
FROM quantity
WHERE code IN ('2160-0', '38483-4') AND system = 'http://loinc.org' AND parameter = 'value'
GROUP BY 1
ORDER BY 1
