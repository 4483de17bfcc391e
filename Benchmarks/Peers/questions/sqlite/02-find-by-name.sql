SELECT patient, birth, gender
FROM person
WHERE patient IN (SELECT patient FROM family WHERE name >= 'b' AND name < 'c')
ORDER BY birth, patient
