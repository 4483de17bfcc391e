SELECT strftime(moment, '%Y-%m') AS month, class, count(*) AS visits
FROM encounter
WHERE year(moment) = 2018
GROUP BY ALL
ORDER BY month, class
