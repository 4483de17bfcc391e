SELECT patient, gender, birth AS "birthDate"
FROM person
WHERE died IS NULL
ORDER BY birth, patient
LIMIT 10 OFFSET 10
