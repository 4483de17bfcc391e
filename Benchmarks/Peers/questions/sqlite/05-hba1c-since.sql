SELECT quantity.patient, written, digits, unit
FROM quantity JOIN resource USING (number)
WHERE code = '4548-4' AND system = 'http://loinc.org' AND parameter = 'value' AND quantity.at >= 1546300800000 AND value > 6.5
    AND unit_code = '%'
ORDER BY quantity.at
