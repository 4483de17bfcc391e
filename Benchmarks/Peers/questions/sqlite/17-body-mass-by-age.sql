DROP TABLE IF EXISTS temp.sorted;
-- Without window functions: the rows in order, and where each group of them begins and ends.
CREATE TEMP TABLE sorted AS
    SELECT
        (strftime('%Y', at / 1000, 'unixepoch') - strftime('%Y', born / 1000, 'unixepoch')
            - (strftime('%m-%d', at / 1000, 'unixepoch') < strftime('%m-%d', born / 1000, 'unixepoch'))) / 10 * 10 AS age,
        value
    FROM quantity JOIN person USING (patient)
    WHERE code = '39156-5' AND system = 'http://loinc.org' AND parameter = 'value'
    ORDER BY 1, 2;
WITH span AS (SELECT age, min(rowid) AS first, count(*) AS count FROM sorted GROUP BY age),
    place AS (SELECT age, first, count, 0.1 * (count - 1) AS p, 0.5 * (count - 1) AS q, 0.9 * (count - 1) AS r
        FROM span)
SELECT
    place.age, count,
    low.value + (p - CAST(p AS INTEGER)) * (lower.value - low.value),
    middle.value + (q - CAST(q AS INTEGER)) * (next.value - middle.value),
    high.value + (r - CAST(r AS INTEGER)) * (higher.value - high.value)
FROM place
    JOIN sorted AS low ON low.rowid = first + CAST(p AS INTEGER)
    JOIN sorted AS lower ON lower.rowid = first + min(count - 1, CAST(p AS INTEGER) + 1)
    JOIN sorted AS middle ON middle.rowid = first + CAST(q AS INTEGER)
    JOIN sorted AS next ON next.rowid = first + min(count - 1, CAST(q AS INTEGER) + 1)
    JOIN sorted AS high ON high.rowid = first + CAST(r AS INTEGER)
    JOIN sorted AS higher ON higher.rowid = first + min(count - 1, CAST(r AS INTEGER) + 1)
ORDER BY place.age
