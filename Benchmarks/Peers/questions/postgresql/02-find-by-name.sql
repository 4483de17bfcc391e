SELECT patient, birth, gender
FROM person
WHERE family LIKE 'b%'
ORDER BY birth, patient
