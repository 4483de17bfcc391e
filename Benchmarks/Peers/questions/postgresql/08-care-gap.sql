WITH visit AS (
    SELECT patient, at, written, max(at) OVER (PARTITION BY patient) AS last
    FROM encounter
    WHERE patient IN (
        SELECT patient FROM condition WHERE code IN ('44054006', '714628002', '15777000') AND system = 'http://snomed.info/sct')
)
SELECT patient, written
FROM visit
WHERE at = last AND NOT EXISTS (
    SELECT 1 FROM observation
    WHERE code = '18262-6' AND system = 'http://loinc.org' AND observation.patient = visit.patient
        AND observation.at BETWEEN visit.at - INTERVAL '1 year' - INTERVAL '1 day' AND visit.at + INTERVAL '1 year'
        AND observation.at + INTERVAL '1 year' >= visit.at)
ORDER BY at, patient
