SELECT
    patient, written AS taken, as_written(systolic.digits) AS systolic, as_written(diastolic.digits) AS diastolic
FROM observation SEMI JOIN loinc('Observation', ['85354-9', '55284-4']) USING (id)
    LEFT JOIN (FROM component WHERE code = '8480-6') AS systolic USING (id)
    LEFT JOIN (FROM component WHERE code = '8462-4') AS diastolic USING (id)
ORDER BY instant DESC, patient
LIMIT 25
