-- Measured weights of 100,000 g or more, whatever unit of mass they were recorded in.
SELECT patient, date AS taken, value.value AS weight, value.unit AS unit
FROM Observation
WHERE code = loinc|29463-7 AND value-quantity >= 100000 'g'
ORDER BY date DESC, patient
LIMIT 40
