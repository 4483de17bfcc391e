SELECT patient, written AS reported, code AS report
FROM report JOIN coding USING (type, id)
WHERE id IN (
    SELECT result.id
    FROM result JOIN (FROM observation SEMI JOIN loinc('Observation', ['18262-6']) USING (id)) AS ldl
        ON result.observation = ldl.id
    WHERE value >= 150 AND unit_code = 'mg/dL')
ORDER BY instant, patient
