-- How many readings of 140/90 or more there were in each year, and of how many patients.
SELECT year(date) AS year, COUNT(*) AS readings, COUNT(DISTINCT patient) AS patients
FROM Observation
WHERE code IN (loinc|85354-9, loinc|55284-4)
    AND (PATH(component.where(code.coding.code = '8480-6').value.value >= 140)
        OR PATH(component.where(code.coding.code = '8462-4').value.value >= 90))
GROUP BY year
ORDER BY year
