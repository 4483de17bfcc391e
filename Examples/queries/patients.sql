-- The patients by age.
SELECT id, name.family.first() AS family, gender, birthDate
FROM Patient
ORDER BY birthDate
LIMIT 20
