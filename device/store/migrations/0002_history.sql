-- What was written about a case after it was taken: never changed, only replaced by a
-- later row. Two that replace the same one cannot both be kept: the second is refused.
CREATE TABLE amendments (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    case_id TEXT NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('note', 'diagnosis', 'details', 'consent')),
    content TEXT NOT NULL,
    written_by TEXT NOT NULL,
    phone_id TEXT,
    replaces TEXT UNIQUE,
    boot_id TEXT NOT NULL,
    boot_seconds REAL NOT NULL,
    wall_at TEXT NOT NULL,
    wall_trusted INTEGER NOT NULL
) STRICT;

CREATE INDEX amendments_of_case ON amendments (case_id, number);
CREATE UNIQUE INDEX amendments_first ON amendments (case_id, kind) WHERE replaces IS NULL AND kind != 'note';
CREATE INDEX amendments_of_phone ON amendments (phone_id, number);
CREATE INDEX amendments_untrusted ON amendments (boot_id) WHERE wall_trusted = 0;

CREATE INDEX cases_of_lesion ON cases (subject, lesion, number) WHERE subject IS NOT NULL;
CREATE INDEX cases_repeating ON cases (retake_of, number) WHERE retake_of IS NOT NULL;
CREATE INDEX changes_pressed ON changes (number) WHERE state = 'asked';

-- How many hourly looks in a row found the case older than the clinic keeps cases.
ALTER TABLE cases ADD COLUMN overdue_looks INTEGER NOT NULL DEFAULT 0;
CREATE INDEX cases_by_time ON cases (wall_at) WHERE wall_trusted = 1;
CREATE INDEX cases_overdue ON cases (number) WHERE overdue_looks > 0;

-- What staff set on the pages; the value is JSON.
CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    set_by TEXT NOT NULL,
    set_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- SQLite cannot change a CHECK: phones get the role of the kiosk's own screen by a new table.
CREATE TABLE new_phones (
    id TEXT PRIMARY KEY,
    role TEXT NOT NULL CHECK (role IN ('staff', 'subject', 'screen')),
    name TEXT NOT NULL,
    subject TEXT,
    case_id TEXT,
    added_at TEXT NOT NULL,
    paired INTEGER NOT NULL DEFAULT 0,
    revoked INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO new_phones SELECT * FROM phones ORDER BY rowid;

CREATE TABLE new_phone_keys (
    sha256 TEXT PRIMARY KEY,
    phone_id TEXT NOT NULL REFERENCES new_phones (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('token', 'session', 'link')),
    boot_id TEXT,
    until_boot_seconds REAL
) STRICT, WITHOUT ROWID;
INSERT INTO new_phone_keys SELECT * FROM phone_keys;

DROP TABLE phone_keys;
DROP TABLE phones;
ALTER TABLE new_phones RENAME TO phones;
ALTER TABLE new_phone_keys RENAME TO phone_keys;
CREATE INDEX phone_keys_of_phone ON phone_keys (phone_id);
