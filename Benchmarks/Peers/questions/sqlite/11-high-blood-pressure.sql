SELECT strftime('%Y', at / 1000, 'unixepoch') AS year, count(DISTINCT number), count(DISTINCT patient)
FROM (
    SELECT at, number, patient FROM quantity
    WHERE code IN ('85354-9', '55284-4') AND system = 'http://loinc.org' AND parameter = '8480-6' AND value >= 140
    UNION ALL
    SELECT at, number, patient FROM quantity
    WHERE code IN ('85354-9', '55284-4') AND system = 'http://loinc.org' AND parameter = '8462-4' AND value >= 90)
GROUP BY 1
ORDER BY 1
