-- How many blood pressures were taken in 2024: proven from counts, no measurement is shown.
SELECT COUNT(*) AS measurements
FROM Observation
WHERE code = loinc|85354-9 AND date BETWEEN 2024 AND 2024
