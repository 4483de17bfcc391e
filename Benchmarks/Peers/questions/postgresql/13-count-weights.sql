SELECT count(*)
FROM observation
WHERE code = '29463-7' AND system = 'http://loinc.org' AND at >= '2018-01-01' AND at < '2019-01-01'
