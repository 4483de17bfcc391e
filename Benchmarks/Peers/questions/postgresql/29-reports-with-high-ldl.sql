SELECT report.patient, report.written, report.code
FROM report
WHERE id IN (
    SELECT found.id
    FROM observation JOIN reports AS found
        ON found.content -> 'result' @> jsonb_build_array(jsonb_build_object('reference', 'Observation/' || observation.id))
    WHERE observation.code = '18262-6' AND observation.system = 'http://loinc.org' AND observation.value >= 150
        AND observation.unit_code = 'mg/dL')
ORDER BY report.at, report.patient
