WITH diagnosis AS (
    SELECT patient, min(instant) AS instant, min_by(written, instant) AS written, min(moment) AS moment
    FROM condition SEMI JOIN snomed('Condition', ['44054006']) USING (id)
    GROUP BY patient
)
SELECT patient, diagnosis.written AS diagnosed, medication.written AS treated
FROM medication SEMI JOIN rxnorm('MedicationRequest', ['860975']) USING (id) JOIN diagnosis USING (patient)
WHERE medication.moment BETWEEN diagnosis.moment AND diagnosis.moment + INTERVAL 1 YEAR
QUALIFY row_number() OVER (PARTITION BY patient ORDER BY medication.instant) = 1
ORDER BY medication.instant, patient
