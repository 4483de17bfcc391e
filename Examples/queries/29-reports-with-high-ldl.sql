-- Reports of which a result is an LDL of 150 mg/dL or more.
SELECT patient, date AS reported, code.coding.code AS report
FROM DiagnosticReport
WHERE result IN (SELECT _id FROM Observation WHERE code = loinc|18262-6 AND value-quantity >= 150 'mg/dL')
ORDER BY date, patient
