SELECT strftime(moment, '%Y') AS year, count(*) AS prescriptions, count(DISTINCT patient) AS patients
FROM medication SEMI JOIN rxnorm('MedicationRequest', ['308182', '562251']) USING (id)
WHERE EXISTS (
    SELECT 1
    FROM condition SEMI JOIN snomed('Condition', ['444814009', '195662009']) USING (id)
    WHERE condition.patient = medication.patient
        AND medication.moment BETWEEN condition.moment AND condition.moment + INTERVAL 7 DAY)
GROUP BY ALL
ORDER BY year
