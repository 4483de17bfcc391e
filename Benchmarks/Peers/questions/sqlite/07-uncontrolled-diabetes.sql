SELECT quantity.patient, written, digits
FROM quantity JOIN resource USING (number)
WHERE code = '4548-4' AND system = 'http://loinc.org' AND parameter = 'value' AND value > 6.5 AND unit_code = '%' AND NOT EXISTS (
    SELECT 1 FROM token
    WHERE token.patient = quantity.patient AND token.type = 'Observation' AND token.parameter = 'code'
        AND token.code = '4548-4' AND token.system = 'http://loinc.org' AND token.at > quantity.at)
ORDER BY quantity.patient, quantity.at
