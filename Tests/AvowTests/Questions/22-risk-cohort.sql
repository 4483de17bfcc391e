WITH hypertension AS (FROM condition SEMI JOIN snomed('Condition', ['38341003']) USING (id)),
    risk AS (
        FROM condition
        SEMI JOIN snomed('Condition', ['414916001', '162864005', '714628002', '15777000']) USING (id)),
    diabetes AS (FROM condition SEMI JOIN snomed('Condition', ['44054006']) USING (id))
SELECT patient, gender, birth AS "birthDate"
FROM person
WHERE patient IN (SELECT patient FROM hypertension) AND patient IN (SELECT patient FROM risk)
    AND patient NOT IN (SELECT patient FROM diabetes)
ORDER BY birth, patient
