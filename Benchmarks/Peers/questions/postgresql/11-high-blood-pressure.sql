SELECT to_char(at, 'YYYY') AS year, count(*), count(DISTINCT patient)
FROM observation
WHERE code IN ('85354-9', '55284-4') AND system = 'http://loinc.org' AND content @? '$.component[*] ? (
    @.code.coding.code == "8480-6" && @.valueQuantity.value >= 140
    || @.code.coding.code == "8462-4" && @.valueQuantity.value >= 90)'
GROUP BY 1
ORDER BY 1
