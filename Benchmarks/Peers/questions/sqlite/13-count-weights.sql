SELECT count(*)
FROM token
WHERE type = 'Observation' AND parameter = 'code' AND code = '29463-7' AND system = 'http://loinc.org' AND at >= 1514764800000 AND at < 1546300800000
