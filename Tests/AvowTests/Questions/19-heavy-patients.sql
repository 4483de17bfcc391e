SELECT patient, written AS taken, as_written(digits) AS weight, unit
FROM observation SEMI JOIN loinc('Observation', ['29463-7']) USING (id)
WHERE CASE unit_code WHEN 'kg' THEN value * 1000 WHEN 'g' THEN value WHEN '[lb_av]' THEN value * 453.59237 END >= 100000
ORDER BY instant DESC, patient
LIMIT 40
