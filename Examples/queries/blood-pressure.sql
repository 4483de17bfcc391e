-- The latest blood pressures. Systolic and diastolic are components of one Observation, told apart by FHIRPath.
SELECT
    patient,
    effective AS taken,
    component.where(code.coding.code = '8480-6').value.value AS systolic,
    component.where(code.coding.code = '8462-4').value.value AS diastolic
FROM Observation
WHERE code = loinc|85354-9
ORDER BY date DESC
LIMIT 10
