-- Which observations have no measured value, how many of them there are, and of how many patients.
SELECT code, COUNT(*) AS observations, COUNT(DISTINCT patient) AS patients
FROM Observation
WHERE value-quantity IS NULL
GROUP BY code
ORDER BY observations DESC, code
