SELECT treatment.patient, diagnosis.written, prescription.written
FROM (
    SELECT treated.patient, first, min(treated.at) AS at, treated.number AS treated, diagnosed.number AS diagnosed
    FROM (SELECT patient, min(at) AS first, number FROM token WHERE type = 'Condition' AND parameter = 'code' AND code = '44054006' AND system = 'http://snomed.info/sct'
            GROUP BY patient) AS diagnosed
        JOIN token AS treated ON treated.patient = diagnosed.patient
    WHERE treated.type = 'MedicationRequest' AND treated.parameter = 'code' AND treated.code = '860975'
        AND treated.system = 'http://www.nlm.nih.gov/research/umls/rxnorm' AND treated.at >= first
        AND treated.at <= strftime('%s', first / 1000, 'unixepoch', '+1 year') * 1000
    GROUP BY treated.patient) AS treatment
    JOIN resource AS diagnosis ON diagnosis.number = diagnosed
    JOIN resource AS prescription ON prescription.number = treated
ORDER BY treatment.at, treatment.patient
