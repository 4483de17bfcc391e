WITH last AS (
    SELECT patient, max(at) AS at
    FROM encounter
    WHERE patient IN (
        SELECT patient FROM condition
        WHERE code IN ('44054006', '714628002', '15777000') AND system = 'http://snomed.info/sct')
    GROUP BY patient
)
SELECT patient, written
FROM last JOIN encounter USING (patient, at)
WHERE NOT EXISTS (
    SELECT 1 FROM observation
    WHERE code = '18262-6' AND system = 'http://loinc.org' AND observation.patient = last.patient
        AND observation.at BETWEEN last.at - INTERVAL '1 year' - INTERVAL '1 day' AND last.at + INTERVAL '1 year'
        AND observation.at + INTERVAL '1 year' >= last.at)
ORDER BY at, patient
