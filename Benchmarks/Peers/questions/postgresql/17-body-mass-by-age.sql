SELECT
    div(extract(year FROM age(at::date, born::date)), 10) * 10 AS age, count(*),
    percentile_cont(0.1) WITHIN GROUP (ORDER BY value), percentile_cont(0.5) WITHIN GROUP (ORDER BY value),
    percentile_cont(0.9) WITHIN GROUP (ORDER BY value)
FROM observation JOIN person USING (patient)
WHERE code = '39156-5' AND system = 'http://loinc.org'
GROUP BY 1
ORDER BY 1
