SELECT gender, years(birthday, TIMESTAMP '2020-01-01') // 10 * 10 AS age, count(*) AS patients
FROM person
WHERE birthday < TIMESTAMP '2020-01-01'
GROUP BY ALL
ORDER BY age, gender
