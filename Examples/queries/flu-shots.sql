-- How many influenza vaccinations (CVX 140) there were in 2024: proven from counts, no record is shown.
SELECT COUNT(*) AS vaccinations
FROM Immunization
WHERE code = cvx|140 AND date BETWEEN 2024 AND 2024
