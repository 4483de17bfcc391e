-- Visits in 2018 by month and class.
SELECT month(date) AS month, class.code AS class, COUNT(*) AS visits
FROM Encounter
WHERE date = 2018
GROUP BY month, class
ORDER BY month, class
