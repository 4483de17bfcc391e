-- How often each observation was made in each year since 2020: proven from counts, no measurement is shown.
SELECT code, year(date) AS year, COUNT(*) AS measurements
FROM Observation
WHERE date >= 2020
GROUP BY code, year
ORDER BY year, measurements DESC
