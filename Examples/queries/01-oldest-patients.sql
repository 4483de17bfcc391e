-- The second page of ten of the patients who are alive, the oldest first.
SELECT patient, gender, birthDate
FROM Patient
WHERE death-date IS NULL
ORDER BY birthDate, patient
LIMIT 10 OFFSET 10
