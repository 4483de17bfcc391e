SELECT patient, birth, gender
FROM person
WHERE born >= -788918400000 AND born < 31536000000 AND died IS NULL
    AND patient NOT IN (SELECT patient FROM token WHERE type = 'Procedure' AND parameter = 'code' AND code = '73761001' AND system = 'http://snomed.info/sct')
ORDER BY birth, patient
