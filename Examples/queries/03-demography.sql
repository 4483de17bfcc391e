-- How many patients there are of each sex and age, in steps of ten years, at the beginning of 2020.
SELECT gender, bucket(age(birthDate, @2020-01-01), 10) AS age, COUNT(*) AS patients
FROM Patient
WHERE birthdate < 2020
GROUP BY gender, age
ORDER BY age, gender
