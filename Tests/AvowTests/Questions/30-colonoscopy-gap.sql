SELECT patient, birth AS "birthDate", gender
FROM person
WHERE year(birthday) BETWEEN 1945 AND 1970 AND died IS NULL
    AND patient NOT IN (SELECT patient FROM procedure SEMI JOIN snomed('Procedure', ['73761001']) USING (id))
ORDER BY birth, patient
