SELECT strftime('%Y', at / 1000, 'unixepoch') AS year, count(*), count(DISTINCT patient)
FROM token
WHERE type = 'MedicationRequest' AND parameter = 'code' AND code IN ('308182', '562251') AND system = 'http://www.nlm.nih.gov/research/umls/rxnorm' AND EXISTS (
    SELECT 1 FROM token AS infection
    WHERE infection.patient = token.patient AND infection.type = 'Condition' AND infection.parameter = 'code'
        AND infection.code IN ('444814009', '195662009') AND infection.system = 'http://snomed.info/sct'
        AND infection.at BETWEEN token.at - 604800000 AND token.at)
GROUP BY 1
ORDER BY 1
