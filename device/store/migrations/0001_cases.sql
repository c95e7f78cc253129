-- Times: boot_id and boot_seconds give order and spans; wall_at (ISO 8601, UTC) is
-- only as good as wall_trusted. Order is cases.number, never a time.

CREATE TABLE cases (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('asked', 'captured', 'classified', 'retake', 'failed')),
    origin TEXT NOT NULL CHECK (origin IN ('button', 'phone', 'upload')),
    reason TEXT,
    subject TEXT,
    lesion TEXT,
    body_site TEXT,
    age_band TEXT,
    sex TEXT,
    retake_of TEXT,
    consent_analyse INTEGER NOT NULL DEFAULT 0,
    consent_review INTEGER NOT NULL DEFAULT 0,
    consent_train INTEGER NOT NULL DEFAULT 0,
    boot_id TEXT NOT NULL,
    boot_seconds REAL NOT NULL,
    wall_at TEXT NOT NULL,
    wall_trusted INTEGER NOT NULL
) STRICT;

CREATE INDEX cases_unfinished ON cases (number) WHERE state IN ('asked', 'captured');
CREATE INDEX cases_of_subject ON cases (subject, number) WHERE subject IS NOT NULL;
CREATE INDEX cases_untrusted ON cases (boot_id) WHERE wall_trusted = 0;

CREATE TABLE photos (
    case_id TEXT NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    file TEXT NOT NULL UNIQUE,
    sha256 TEXT NOT NULL,
    content_type TEXT NOT NULL,
    width_pixels INTEGER NOT NULL,
    height_pixels INTEGER NOT NULL,
    size_bytes INTEGER NOT NULL,
    PRIMARY KEY (case_id, number)
) STRICT;

-- One row a model and case: which model spoke, under which manifest and thresholds.
CREATE TABLE predictions (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id TEXT NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    photo_number INTEGER NOT NULL,
    model_name TEXT NOT NULL,
    model_version TEXT NOT NULL,
    model_sha256 TEXT NOT NULL,
    manifest_sha256 TEXT NOT NULL,
    thresholds TEXT NOT NULL,
    prediction TEXT NOT NULL
) STRICT;

CREATE INDEX predictions_of_case ON predictions (case_id, number);

-- Each change of state, in order: what event streams replay.
CREATE TABLE changes (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id TEXT NOT NULL,
    state TEXT NOT NULL,
    subject TEXT
) STRICT;

CREATE TRIGGER changes_kept AFTER INSERT ON changes WHEN new.number % 1000 = 0 BEGIN
    DELETE FROM changes WHERE number <= new.number - 10000;
END;

-- Photo files whose case is erased but which may still be on disk.
CREATE TABLE erasures (
    file TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- Presses of the simulated pin that the device process has yet to make.
CREATE TABLE pin_presses (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    hold_seconds REAL NOT NULL,
    done INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE phones (
    id TEXT PRIMARY KEY,
    role TEXT NOT NULL CHECK (role IN ('staff', 'subject')),
    name TEXT NOT NULL,
    subject TEXT,
    case_id TEXT,
    added_at TEXT NOT NULL,
    paired INTEGER NOT NULL DEFAULT 0,
    revoked INTEGER NOT NULL DEFAULT 0
) STRICT;

-- SHA-256 of what a phone holds: its bearer token, its session, or a one-time link.
CREATE TABLE phone_keys (
    sha256 TEXT PRIMARY KEY,
    phone_id TEXT NOT NULL REFERENCES phones (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('token', 'session', 'link')),
    boot_id TEXT,
    until_boot_seconds REAL
) STRICT, WITHOUT ROWID;

CREATE TABLE pairing_window (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    boot_id TEXT NOT NULL,
    until_boot_seconds REAL NOT NULL
) STRICT;

-- Health: a row a process, rewritten at each beat.
CREATE TABLE processes (
    name TEXT PRIMARY KEY,
    pid INTEGER NOT NULL,
    boot_id TEXT NOT NULL,
    beat_boot_seconds REAL NOT NULL,
    report TEXT NOT NULL
) STRICT, WITHOUT ROWID;
