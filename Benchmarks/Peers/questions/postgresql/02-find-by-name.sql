SELECT patient, birth, gender
FROM person
WHERE EXISTS (SELECT 1 FROM jsonb_array_elements(names) AS name WHERE folded(name ->> 'family') LIKE 'b%')
ORDER BY birth, patient
