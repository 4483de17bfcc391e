-- How many patients were vaccinated against influenza in each year.
SELECT year(date) AS year, COUNT(DISTINCT patient) AS patients, COUNT(*) AS doses
FROM Immunization
WHERE vaccine-code = cvx|140
GROUP BY year
ORDER BY year
