SELECT patient, birth AS "birthDate", gender
FROM person
WHERE list_bool_or(list_transform(folded, lambda name: starts_with(name, 'b')))
ORDER BY birth, patient
