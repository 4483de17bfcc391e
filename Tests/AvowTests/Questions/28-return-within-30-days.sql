SELECT patient, written AS returned, class
FROM encounter
WHERE moment >= TIMESTAMP '2015-01-01' AND EXISTS (
    SELECT 1 FROM encounter AS stay
    WHERE stay.patient = encounter.patient AND stay.id <> encounter.id AND stay.class IN ('EMER', 'IMP')
        AND encounter.moment BETWEEN stay.moment AND stay.moment + INTERVAL 30 DAY)
ORDER BY instant, patient, class
