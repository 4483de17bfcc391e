-- Patients with diabetes or its first signs without an LDL in the year around their last visit.
SELECT patient, date AS last_visit
FROM Encounter
WHERE patient IN (SELECT patient FROM Condition WHERE code IN (snomed|44054006, snomed|714628002, snomed|15777000))
    AND NOT BEFORE (Encounter)
    AND NOT WITHIN 1 YEAR OF (Observation WHERE code = loinc|18262-6)
ORDER BY date, patient
