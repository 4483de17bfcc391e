-- Resources as JSON, and index tables as a server of FHIR search keeps them: what is asked for, and what is shown.
-- Instants are milliseconds since 1970 in UTC.
CREATE TABLE resource (
    number INTEGER PRIMARY KEY, type TEXT NOT NULL, id TEXT NOT NULL, patient TEXT, at INTEGER, written TEXT,
    json TEXT NOT NULL);
CREATE TABLE token (
    type TEXT NOT NULL, parameter TEXT NOT NULL, code TEXT NOT NULL, system TEXT NOT NULL, at INTEGER NOT NULL,
    number INTEGER NOT NULL, patient TEXT, PRIMARY KEY (type, parameter, code, system, at, number)) WITHOUT ROWID;
-- Of observations: the measured value, and those of components by their codes.
CREATE TABLE quantity (
    code TEXT NOT NULL, system TEXT NOT NULL, parameter TEXT NOT NULL, at INTEGER NOT NULL, number INTEGER NOT NULL,
    patient TEXT, value REAL NOT NULL, digits TEXT NOT NULL, unit TEXT, unit_code TEXT,
    PRIMARY KEY (code, system, parameter, at, number)) WITHOUT ROWID;
CREATE TABLE reference (
    type TEXT NOT NULL, parameter TEXT NOT NULL, target TEXT NOT NULL, number INTEGER NOT NULL,
    PRIMARY KEY (type, parameter, target, number)) WITHOUT ROWID;
CREATE TABLE person (
    patient TEXT PRIMARY KEY, gender TEXT, birth TEXT, born INTEGER, died INTEGER) WITHOUT ROWID;
-- Family names without marks and in one case, of which a patient may have several.
CREATE TABLE family (name TEXT NOT NULL, patient TEXT NOT NULL, PRIMARY KEY (name, patient)) WITHOUT ROWID;
