-- Patients whose family name begins with B, whatever its case and accents.
SELECT patient, birthDate, gender
FROM Patient
WHERE family = 'B'
ORDER BY birthDate, patient
