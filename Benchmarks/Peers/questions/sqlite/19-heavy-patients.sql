SELECT quantity.patient, written, digits, unit
FROM quantity JOIN resource USING (number)
WHERE code = '29463-7' AND system = 'http://loinc.org' AND parameter = 'value' AND (
    unit_code = 'kg' AND value >= 100 OR unit_code = 'g' AND value >= 100000
    OR unit_code = '[lb_av]' AND value * 453.59237 >= 100000)
ORDER BY quantity.at DESC, quantity.patient
LIMIT 40
