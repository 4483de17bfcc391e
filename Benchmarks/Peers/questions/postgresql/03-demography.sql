SELECT gender, div(extract(year FROM age('2020-01-01', born)), 10) * 10 AS age, count(*)
FROM person
WHERE born < '2020-01-01'
GROUP BY 1, 2
ORDER BY 2, 1
