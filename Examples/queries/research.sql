-- Asks for itself for research, which no patient of the demo has agreed to: no rows, and a proof why.
SELECT id FROM Patient
AS Practitioner/1 FOR HRESCH
