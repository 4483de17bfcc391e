-- Who was back within 30 days of an emergency or the beginning of a stay in hospital, since 2015.
SELECT patient, date AS returned, class.code AS class
FROM Encounter
WHERE date >= 2015 AND WITHIN 30 DAYS AFTER (Encounter WHERE class IN (EMER, IMP))
ORDER BY date, patient, class
