SELECT count(*) AS measurements
FROM observation SEMI JOIN loinc('Observation', ['29463-7']) USING (id)
WHERE year(moment) = 2018
