-- Every HbA1c (LOINC 4548-4) since 2019 that is above 6.5 %, the oldest first.
SELECT patient, date AS taken, value.value AS hba1c, value.unit AS unit
FROM Observation
WHERE code = loinc|4548-4 AND date >= 2019 AND value-quantity > 6.5 '%'
ORDER BY date
