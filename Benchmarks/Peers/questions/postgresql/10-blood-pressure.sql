SELECT
    patient, written,
    (jsonb_path_query_first(content, '$.component[*] ? (@.code.coding.code == "8480-6").valueQuantity.value'))::numeric,
    (jsonb_path_query_first(content, '$.component[*] ? (@.code.coding.code == "8462-4").valueQuantity.value'))::numeric
FROM observation
WHERE code IN ('85354-9', '55284-4') AND system = 'http://loinc.org'
ORDER BY at DESC, patient
LIMIT 25
