SELECT patient, birth, gender
FROM person
WHERE family >= 'b' AND family < 'c'
ORDER BY birth, patient
