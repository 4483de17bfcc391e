SELECT visit.patient, written, code
FROM token AS visit JOIN resource USING (number)
WHERE visit.type = 'Encounter' AND visit.parameter = 'class' AND visit.at >= 1420070400000 AND EXISTS (
    SELECT 1 FROM token AS stay
    WHERE stay.patient = visit.patient AND stay.type = 'Encounter' AND stay.parameter = 'class'
        AND stay.code IN ('EMER', 'IMP') AND stay.number <> visit.number
        AND stay.at BETWEEN visit.at - 2592000000 AND visit.at)
ORDER BY visit.at, visit.patient, code
