SELECT latest.patient, written, digits
FROM (
    SELECT patient, max(at) AS at, number
    FROM token
    WHERE type = 'Observation' AND parameter = 'code' AND code = '4548-4' AND system = 'http://loinc.org'
        AND patient IN (SELECT patient FROM token WHERE type = 'Condition' AND parameter = 'code' AND code = '44054006' AND system = 'http://snomed.info/sct')
    GROUP BY patient) AS latest
    JOIN resource USING (number) LEFT JOIN quantity ON quantity.number = latest.number AND parameter = 'value'
ORDER BY latest.at DESC, latest.patient
