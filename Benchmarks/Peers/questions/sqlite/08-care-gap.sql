SELECT patient, written
FROM resource JOIN (
    SELECT patient, max(at) AS at
    FROM resource
    WHERE type = 'Encounter' AND patient IN (
        SELECT patient FROM token WHERE type = 'Condition' AND parameter = 'code' AND code IN ('44054006', '714628002', '15777000') AND system = 'http://snomed.info/sct')
    GROUP BY patient) AS last USING (patient, at)
WHERE resource.type = 'Encounter' AND NOT EXISTS (
    SELECT 1 FROM token
    WHERE token.patient = last.patient AND token.type = 'Observation' AND token.parameter = 'code'
        AND token.code = '18262-6' AND token.system = 'http://loinc.org'
        AND token.at >= strftime('%s', last.at / 1000, 'unixepoch', '-1 year') * 1000
        AND token.at <= strftime('%s', last.at / 1000, 'unixepoch', '+1 year') * 1000)
ORDER BY last.at, patient
