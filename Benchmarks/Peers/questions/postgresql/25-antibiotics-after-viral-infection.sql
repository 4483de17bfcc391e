SELECT to_char(at, 'YYYY') AS year, count(*), count(DISTINCT patient)
FROM medication
WHERE code IN ('308182', '562251') AND system = 'http://www.nlm.nih.gov/research/umls/rxnorm' AND EXISTS (
    SELECT 1 FROM condition
    WHERE code IN ('444814009', '195662009') AND system = 'http://snomed.info/sct' AND condition.patient = medication.patient
        AND condition.at BETWEEN medication.at - INTERVAL '7 days' AND medication.at)
GROUP BY 1
ORDER BY 1
