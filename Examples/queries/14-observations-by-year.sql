-- How often each observation was made in each year since 2018: proven from counts, no measurement is shown.
SELECT code, year(date) AS year, COUNT(*) AS measurements
FROM Observation
WHERE date >= 2018
GROUP BY code, year
ORDER BY year, measurements DESC, code
