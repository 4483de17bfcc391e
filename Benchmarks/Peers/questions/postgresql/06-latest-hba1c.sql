WITH latest AS (
    SELECT DISTINCT ON (patient) patient, at, written, value
    FROM observation
    WHERE code = '4548-4' AND system = 'http://loinc.org'
        AND patient IN (SELECT patient FROM condition WHERE code = '44054006' AND system = 'http://snomed.info/sct')
    ORDER BY patient, at DESC
)
SELECT patient, written, value FROM latest ORDER BY at DESC, patient
