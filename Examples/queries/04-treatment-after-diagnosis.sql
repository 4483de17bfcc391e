-- Who got metformin within a year of the first diagnosis of diabetes type 2, and when both were.
SELECT
    patient,
    (SELECT date FROM Condition WHERE code = snomed|44054006 ORDER BY date) AS diagnosed,
    date AS treated
FROM MedicationRequest
WHERE code = rxnorm|860975 AND WITHIN 1 YEAR AFTER FIRST (Condition WHERE code = snomed|44054006)
ORDER BY date, patient
LIMIT 1 PER patient
