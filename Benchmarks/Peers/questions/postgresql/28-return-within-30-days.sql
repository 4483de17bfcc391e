SELECT patient, written, class
FROM encounter
WHERE at >= '2015-01-01' AND EXISTS (
    SELECT 1 FROM encounter AS stay
    WHERE stay.patient = encounter.patient AND stay.class IN ('EMER', 'IMP') AND stay.id <> encounter.id
        AND stay.at BETWEEN encounter.at - INTERVAL '30 days' AND encounter.at)
ORDER BY at, patient, class
