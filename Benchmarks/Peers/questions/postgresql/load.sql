-- Takes the bundles apart, and makes the indexes. A resource that several bundles carry is one resource.
CREATE TEMPORARY TABLE resource AS
    SELECT DISTINCT ON (content ->> 'resourceType', content ->> 'id')
        content ->> 'resourceType' AS type, content ->> 'id' AS id, content
    FROM (SELECT entry -> 'resource' AS content
        FROM bundle, jsonb_array_elements(bundle.content -> 'entry') AS entry) AS entries;
INSERT INTO observations (id, content) SELECT id, content FROM resource WHERE type = 'Observation';
INSERT INTO conditions (id, content) SELECT id, content FROM resource WHERE type = 'Condition';
INSERT INTO procedures (id, content) SELECT id, content FROM resource WHERE type = 'Procedure';
INSERT INTO reports (id, content) SELECT id, content FROM resource WHERE type = 'DiagnosticReport';
INSERT INTO medications (id, content) SELECT id, content FROM resource WHERE type = 'MedicationRequest';
INSERT INTO immunizations (id, content) SELECT id, content FROM resource WHERE type = 'Immunization';
INSERT INTO encounters (id, content) SELECT id, content FROM resource WHERE type = 'Encounter';
INSERT INTO patients (id, content) SELECT id, content FROM resource WHERE type = 'Patient';
INSERT INTO others (type, id, content) SELECT type, id, content FROM resource WHERE type NOT IN (
    'Observation', 'Condition', 'Procedure', 'DiagnosticReport', 'MedicationRequest', 'Immunization', 'Encounter',
    'Patient');
DROP TABLE resource, bundle;

-- By patient, by date, by code and date, by code and patient, by code and value.
CREATE INDEX ON observations (patient, at);
CREATE INDEX ON observations ((content #>> '{code,coding,0,code}'), (content #>> '{code,coding,0,system}'), at, patient);
CREATE INDEX ON observations ((content #>> '{code,coding,0,code}'), ((content #>> '{valueQuantity,value}')::numeric));
CREATE INDEX ON observations ((content #>> '{code,coding,0,code}'), patient, at);
CREATE INDEX ON observations (at);
CREATE INDEX ON observations USING gin (content jsonb_path_ops);
CREATE INDEX ON conditions (patient, at);
CREATE INDEX ON conditions ((content #>> '{code,coding,0,code}'), (content #>> '{code,coding,0,system}'), at, patient);
CREATE INDEX ON conditions USING gin (content jsonb_path_ops);
CREATE INDEX ON procedures (patient, at);
CREATE INDEX ON procedures ((content #>> '{code,coding,0,code}'), (content #>> '{code,coding,0,system}'), at, patient);
CREATE INDEX ON procedures USING gin (content jsonb_path_ops);
CREATE INDEX ON reports (patient, at);
CREATE INDEX ON reports USING gin ((content -> 'result') jsonb_path_ops);
CREATE INDEX ON medications (patient, at);
CREATE INDEX ON medications (
    (content #>> '{medicationCodeableConcept,coding,0,code}'), (content #>> '{medicationCodeableConcept,coding,0,system}'),
    at, patient);
CREATE INDEX ON medications ((content ->> 'status'), patient);
CREATE INDEX ON medications USING gin (content jsonb_path_ops);
CREATE INDEX ON immunizations (patient, at);
CREATE INDEX ON immunizations (
    (content #>> '{vaccineCode,coding,0,code}'), (content #>> '{vaccineCode,coding,0,system}'), at, patient);
CREATE INDEX ON encounters (patient, at);
CREATE INDEX ON encounters (at);
CREATE INDEX ON encounters ((content #>> '{class,code}'), patient, at);
CREATE INDEX ON patients ((content ->> 'birthDate'), patient);
CREATE INDEX ON patients (at);
