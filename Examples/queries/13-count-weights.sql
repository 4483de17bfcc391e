-- How many body weights were taken in 2018: proven from counts, no measurement is shown.
SELECT COUNT(*) AS measurements
FROM Observation
WHERE code = loinc|29463-7 AND date = 2018
