SELECT resource.patient, written, token.code
FROM resource JOIN token ON token.number = resource.number AND token.parameter = 'code'
WHERE resource.number IN (
    SELECT reference.number
    FROM quantity
        JOIN resource AS result ON result.number = quantity.number
        JOIN reference ON reference.type = 'DiagnosticReport' AND reference.parameter = 'result'
            AND reference.target = result.id
    WHERE quantity.code = '18262-6' AND quantity.system = 'http://loinc.org' AND quantity.parameter = 'value' AND unit_code = 'mg/dL'
        AND value >= 150)
ORDER BY resource.at, resource.patient
