-- What the server is owed: a debt is written in the transaction that makes it one, and only a signed
-- receipt clears it. No reference to cases: an erasure is owed for a case that is gone.
CREATE TABLE outbox (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('record', 'photo', 'change', 'erasure', 'ask')),
    -- A photo's number, a change's id; empty for the others.
    part TEXT NOT NULL DEFAULT '',
    urgent INTEGER NOT NULL DEFAULT 0,
    -- A change as it was first sent; NULL while it never was.
    body TEXT,
    -- Where an unfinished upload goes on.
    upload TEXT,
    attempts INTEGER NOT NULL DEFAULT 0,
    -- Not to be tried before this; another boot's counts for nothing.
    boot_id TEXT,
    not_before_boot_seconds REAL,
    -- Why the server will not have it: a person must look.
    fault TEXT,
    UNIQUE (case_id, kind, part)
) STRICT;

CREATE INDEX outbox_next ON outbox (urgent DESC, number) WHERE fault IS NULL;

-- How a case stands with the server, from when it was first owed.
CREATE TABLE deliveries (
    case_id TEXT PRIMARY KEY REFERENCES cases (id) ON DELETE CASCADE,
    -- The record as it was first sent, without consent; NULL while it never was.
    record TEXT,
    -- The newest receipt whose signature held.
    receipt TEXT,
    -- Why no opinion can be made; NULL where one can.
    parked TEXT
) STRICT, WITHOUT ROWID;

-- Whether a guardian gave the consent that holds, as a minor's needs.
ALTER TABLE cases ADD COLUMN consent_guardian INTEGER NOT NULL DEFAULT 0;

CREATE TABLE opinions (
    case_id TEXT NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    model_sha256 TEXT NOT NULL,
    opinion TEXT NOT NULL,
    boot_id TEXT NOT NULL,
    boot_seconds REAL NOT NULL,
    wall_at TEXT NOT NULL,
    wall_trusted INTEGER NOT NULL,
    PRIMARY KEY (case_id, model_sha256)
) STRICT, WITHOUT ROWID;

-- What goes before the photo itself where the line is bad.
CREATE TABLE thumbnails (
    case_id TEXT NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    photo_number INTEGER NOT NULL,
    jpeg BLOB NOT NULL,
    PRIMARY KEY (case_id, photo_number)
) STRICT, WITHOUT ROWID;

-- Cases with news that a phone has not shown yet.
CREATE TABLE marks (
    phone_id TEXT NOT NULL REFERENCES phones (id) ON DELETE CASCADE,
    case_id TEXT NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    PRIMARY KEY (phone_id, case_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX marks_of_case ON marks (case_id);
CREATE INDEX changes_answered ON changes (number) WHERE state = 'opinion';

-- How far the server's updates were taken in; another server counts anew.
CREATE TABLE server_cursor (
    kiosk_id TEXT PRIMARY KEY,
    cursor INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Faces are looked for before anything of a photo leaves.
CREATE TABLE faces (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id TEXT NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    photo_number INTEGER NOT NULL,
    -- What the device process has to do next; NULL where nothing.
    waits_for TEXT DEFAULT 'look' CHECK (waits_for IN ('look', 'blur')),
    -- JSON: left, top, width and height of each, as shares of the upright photo; NULL while nobody looked.
    boxes TEXT,
    -- What somebody chose where there is a face; NULL while nobody did.
    choice TEXT CHECK (choice IN ('blur', 'as_is')),
    chosen_by TEXT,
    phone_id TEXT,
    -- Why the photo could not be looked at, or its copy not be made.
    fault TEXT,
    UNIQUE (case_id, photo_number)
) STRICT;

CREATE INDEX faces_waiting ON faces (number) WHERE waits_for IS NOT NULL;

-- Copies with blurred faces; they leave in place of the photos, which stay.
CREATE TABLE blurred_photos (
    case_id TEXT NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    file TEXT NOT NULL UNIQUE,
    sha256 TEXT NOT NULL,
    content_type TEXT NOT NULL,
    width_pixels INTEGER NOT NULL,
    height_pixels INTEGER NOT NULL,
    size_bytes INTEGER NOT NULL,
    thumbnail BLOB NOT NULL,
    PRIMARY KEY (case_id, number)
) STRICT;

-- What may leave of photos; one that is not in here may not.
CREATE VIEW departing_photos AS
SELECT photos.*, jpeg AS thumbnail FROM photos
    JOIN faces ON faces.case_id = photos.case_id AND faces.photo_number = photos.number
    LEFT JOIN thumbnails ON thumbnails.case_id = photos.case_id AND thumbnails.photo_number = photos.number
    WHERE boxes = '[]' OR choice = 'as_is'
UNION ALL
SELECT blurred_photos.* FROM blurred_photos
    JOIN faces ON faces.case_id = blurred_photos.case_id AND faces.photo_number = blurred_photos.number
    WHERE choice = 'blur' AND waits_for IS NULL AND fault IS NULL;

-- Consent that was given before there was an outbox counts.
INSERT INTO deliveries (case_id) SELECT id FROM cases
    WHERE state = 'classified' AND (consent_analyse OR consent_review OR consent_train);
INSERT INTO outbox (case_id, kind) SELECT case_id, 'record' FROM deliveries ORDER BY case_id;
INSERT INTO faces (case_id, photo_number)
    SELECT case_id, number FROM photos WHERE case_id IN (SELECT case_id FROM deliveries) ORDER BY case_id, number;
