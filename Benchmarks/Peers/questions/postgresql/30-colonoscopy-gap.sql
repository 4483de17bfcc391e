SELECT patient, birth, gender
FROM person
WHERE born >= '1945-01-01' AND born < '1971-01-01' AND died IS NULL AND NOT EXISTS (
    SELECT 1 FROM procedure WHERE code = '73761001' AND system = 'http://snomed.info/sct' AND procedure.patient = person.patient)
ORDER BY birth, patient
