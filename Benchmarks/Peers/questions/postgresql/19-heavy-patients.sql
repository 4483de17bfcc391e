SELECT patient, written, value, unit
FROM observation
WHERE code = '29463-7' AND system = 'http://loinc.org' AND (
    unit_code = 'kg' AND value >= 100 OR unit_code = 'g' AND value >= 100000
    OR unit_code = '[lb_av]' AND value * 453.59237 >= 100000)
ORDER BY at DESC, patient
LIMIT 40
