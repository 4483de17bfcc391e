SELECT status.patient, count(DISTINCT drug.code) AS drugs
FROM token AS status JOIN token AS drug ON drug.number = status.number AND drug.parameter = 'code'
WHERE status.type = 'MedicationRequest' AND status.parameter = 'status' AND status.code = 'active'
GROUP BY status.patient
HAVING drugs >= 3
ORDER BY drugs DESC, status.patient
