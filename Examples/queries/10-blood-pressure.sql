-- The latest blood pressures. Systolic and diastolic are components of one Observation.
SELECT
    patient,
    date AS taken,
    component.where(code.coding.code = '8480-6').value.value AS systolic,
    component.where(code.coding.code = '8462-4').value.value AS diastolic
FROM Observation
WHERE code IN (loinc|85354-9, loinc|55284-4)
ORDER BY date DESC, patient
LIMIT 25
