WITH diagnosis AS (
    SELECT DISTINCT ON (patient) patient, at, written
    FROM condition
    WHERE code = '44054006' AND system = 'http://snomed.info/sct'
    ORDER BY patient, at
), treatment AS (
    SELECT DISTINCT ON (patient) patient, diagnosis.written AS diagnosed, medication.written AS treated, medication.at
    FROM medication JOIN diagnosis USING (patient)
    WHERE code = '860975' AND system = 'http://www.nlm.nih.gov/research/umls/rxnorm'
        AND medication.at BETWEEN diagnosis.at AND diagnosis.at + INTERVAL '1 year'
    ORDER BY patient, medication.at
)
SELECT patient, diagnosed, treated FROM treatment ORDER BY at, patient
