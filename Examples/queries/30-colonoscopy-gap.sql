-- Living patients born between 1945 and 1970 of whom no colonoscopy is known.
SELECT patient, birthDate, gender
FROM Patient
WHERE birthdate BETWEEN 1945 AND 1970 AND death-date IS NULL
    AND patient NOT IN (SELECT patient FROM Procedure WHERE code = snomed|73761001)
ORDER BY birthDate, patient
