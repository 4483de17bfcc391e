-- Who has diabetes type 2 (SNOMED CT 44054006), since when, and whether it is active.
SELECT patient, onset AS since, clinicalStatus.coding.code AS status
FROM Condition
WHERE code = snomed|44054006
ORDER BY date
