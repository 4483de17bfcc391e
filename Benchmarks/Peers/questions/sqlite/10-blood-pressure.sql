SELECT reading.patient, written, systolic.digits, diastolic.digits
FROM (
    SELECT number, at, patient FROM token
    WHERE type = 'Observation' AND parameter = 'code' AND code IN ('85354-9', '55284-4') AND system = 'http://loinc.org'
    ORDER BY at DESC, patient
    LIMIT 25) AS reading
    JOIN resource USING (number)
    LEFT JOIN quantity AS systolic ON systolic.number = reading.number AND systolic.parameter = '8480-6'
    LEFT JOIN quantity AS diastolic ON diastolic.number = reading.number AND diastolic.parameter = '8462-4'
ORDER BY reading.at DESC, reading.patient
