SELECT patient, gender, birth
FROM person
WHERE died IS NULL
ORDER BY birth, patient
LIMIT 10 OFFSET 10
