-- Creatinine by year: how many, the least, the mean and the greatest.
SELECT
    year(date) AS year, COUNT(value.value) AS measurements, MIN(value.value) AS least, AVG(value.value) AS mean,
    MAX(value.value) AS greatest
FROM Observation
WHERE code IN (loinc|2160-0, loinc|38483-4)
GROUP BY year
ORDER BY year
