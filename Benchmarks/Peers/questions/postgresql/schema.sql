-- Resources as JSONB, a table a type, with what is asked for most as generated columns, and expression and GIN indexes.
-- The views give names to expressions, which the planner finds in the indexes as if they stood in the query.
SET client_min_messages = warning;
CREATE TABLE bundle (content jsonb NOT NULL);

-- The first instant that a date stands for, in UTC.
CREATE FUNCTION instant(text) RETURNS timestamp LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT CASE length($1)
        WHEN 4 THEN make_timestamp($1::int, 1, 1, 0, 0, 0)
        WHEN 7 THEN make_timestamp(left($1, 4)::int, right($1, 2)::int, 1, 0, 0, 0)
        WHEN 10 THEN make_timestamp(left($1, 4)::int, substr($1, 6, 2)::int, right($1, 2)::int, 0, 0, 0)
        ELSE $1::timestamptz AT TIME ZONE 'UTC'
    END
$$;
-- Without marks, and in one case.
CREATE FUNCTION folded(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT lower(regexp_replace(normalize($1, NFKD), U&'[\0300-\036f]', '', 'g'))
$$;

CREATE TABLE observations (
    id text PRIMARY KEY, content jsonb NOT NULL,
    patient text GENERATED ALWAYS AS (content #>> '{subject,reference}') STORED,
    at timestamp GENERATED ALWAYS AS (
        instant(coalesce(content ->> 'effectiveDateTime', content #>> '{effectivePeriod,start}'))) STORED
);
CREATE TABLE conditions (
    id text PRIMARY KEY, content jsonb NOT NULL,
    patient text GENERATED ALWAYS AS (content #>> '{subject,reference}') STORED,
    at timestamp GENERATED ALWAYS AS (
        instant(coalesce(content ->> 'onsetDateTime', content #>> '{onsetPeriod,start}', content ->> 'recordedDate'))
    ) STORED
);
CREATE TABLE procedures (
    id text PRIMARY KEY, content jsonb NOT NULL,
    patient text GENERATED ALWAYS AS (content #>> '{subject,reference}') STORED,
    at timestamp GENERATED ALWAYS AS (
        instant(coalesce(content ->> 'performedDateTime', content #>> '{performedPeriod,start}'))) STORED
);
CREATE TABLE reports (
    id text PRIMARY KEY, content jsonb NOT NULL,
    patient text GENERATED ALWAYS AS (content #>> '{subject,reference}') STORED,
    at timestamp GENERATED ALWAYS AS (
        instant(coalesce(content ->> 'effectiveDateTime', content #>> '{effectivePeriod,start}'))) STORED
);
CREATE TABLE medications (
    id text PRIMARY KEY, content jsonb NOT NULL,
    patient text GENERATED ALWAYS AS (content #>> '{subject,reference}') STORED,
    at timestamp GENERATED ALWAYS AS (instant(content ->> 'authoredOn')) STORED
);
CREATE TABLE immunizations (
    id text PRIMARY KEY, content jsonb NOT NULL,
    patient text GENERATED ALWAYS AS (content #>> '{patient,reference}') STORED,
    at timestamp GENERATED ALWAYS AS (instant(content ->> 'occurrenceDateTime')) STORED
);
CREATE TABLE encounters (
    id text PRIMARY KEY, content jsonb NOT NULL,
    patient text GENERATED ALWAYS AS (content #>> '{subject,reference}') STORED,
    at timestamp GENERATED ALWAYS AS (instant(content #>> '{period,start}')) STORED
);
CREATE TABLE patients (
    id text PRIMARY KEY, content jsonb NOT NULL,
    patient text GENERATED ALWAYS AS ('Patient/' || (content ->> 'id')) STORED UNIQUE,
    at timestamp GENERATED ALWAYS AS (instant(content ->> 'birthDate')) STORED
);
-- Types that no question is about.
CREATE TABLE others (type text NOT NULL, id text NOT NULL, content jsonb NOT NULL, PRIMARY KEY (type, id));

CREATE VIEW observation AS SELECT
    id, patient, at, content, content #>> '{code,coding,0,system}' AS system,
    content #>> '{code,coding,0,code}' AS code, (content #>> '{valueQuantity,value}')::numeric AS value,
    content #>> '{valueQuantity,unit}' AS unit, content #>> '{valueQuantity,code}' AS unit_code,
    coalesce(content ->> 'effectiveDateTime', content #>> '{effectivePeriod,start}') AS written
FROM observations;
CREATE VIEW condition AS SELECT
    id, patient, at, content #>> '{code,coding,0,system}' AS system, content #>> '{code,coding,0,code}' AS code,
    coalesce(content ->> 'onsetDateTime', content #>> '{onsetPeriod,start}', content ->> 'recordedDate') AS written
FROM conditions;
CREATE VIEW procedure AS SELECT
    id, patient, at, content #>> '{code,coding,0,system}' AS system, content #>> '{code,coding,0,code}' AS code
FROM procedures;
CREATE VIEW report AS SELECT
    id, patient, at, content, content #>> '{code,coding,0,code}' AS code,
    coalesce(content ->> 'effectiveDateTime', content #>> '{effectivePeriod,start}') AS written
FROM reports;
CREATE VIEW medication AS SELECT
    id, patient, at, content ->> 'status' AS status, content ->> 'authoredOn' AS written,
    content #>> '{medicationCodeableConcept,coding,0,system}' AS system,
    content #>> '{medicationCodeableConcept,coding,0,code}' AS code
FROM medications;
CREATE VIEW immunization AS SELECT
    id, patient, at, content #>> '{vaccineCode,coding,0,system}' AS system,
    content #>> '{vaccineCode,coding,0,code}' AS code
FROM immunizations;
CREATE VIEW encounter AS SELECT
    id, patient, at, content #>> '{class,code}' AS class, content #>> '{period,start}' AS written
FROM encounters;
CREATE VIEW person AS SELECT
    id, patient, at AS born, content ->> 'gender' AS gender, content ->> 'birthDate' AS birth,
    content ->> 'deceasedDateTime' AS died, content -> 'name' AS names
FROM patients;
