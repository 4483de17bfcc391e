-- Every HbA1c (LOINC 4548-4) since May 2025, the oldest first.
-- Served by the index over codes and dates: only these records are read, and proven to be all of them.
SELECT patient, effective AS taken, value.value AS hba1c, value.unit AS unit
FROM Observation
WHERE code = loinc|4548-4 AND date >= 2025-05
ORDER BY date
