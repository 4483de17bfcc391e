SELECT gender, (2020 - CAST(strftime('%Y', born / 1000, 'unixepoch') AS INTEGER)
    - (strftime('%m-%d', born / 1000, 'unixepoch') > '01-01')) / 10 * 10 AS age, count(*)
FROM person
WHERE born < 1577836800000
GROUP BY 1, 2
ORDER BY 2, 1
