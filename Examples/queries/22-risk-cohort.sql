-- Patients with hypertension and with obesity or prediabetes, who do not have diabetes type 2.
COHORT hypertension AS SELECT patient FROM Condition WHERE code = snomed|38341003;
COHORT obesity AS SELECT patient FROM Condition WHERE code IN (snomed|414916001, snomed|162864005);
COHORT prediabetes AS SELECT patient FROM Condition WHERE code IN (snomed|714628002, snomed|15777000);
COHORT diabetes AS SELECT patient FROM Condition WHERE code = snomed|44054006;
SELECT patient, gender, birthDate
FROM Patient
WHERE patient IN (COHORT hypertension INTERSECT (COHORT obesity UNION COHORT prediabetes) EXCEPT COHORT diabetes)
ORDER BY birthDate, patient
