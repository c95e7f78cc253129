-- The newest opinion is the one that came last, whatever the clock said meanwhile.
CREATE TABLE numbered_opinions (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id TEXT NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    model_sha256 TEXT NOT NULL,
    opinion TEXT NOT NULL,
    boot_id TEXT NOT NULL,
    boot_seconds REAL NOT NULL,
    wall_at TEXT NOT NULL,
    wall_trusted INTEGER NOT NULL,
    UNIQUE (case_id, model_sha256)
) STRICT;

INSERT INTO numbered_opinions
    (case_id, model_sha256, opinion, boot_id, boot_seconds, wall_at, wall_trusted)
SELECT case_id, model_sha256, opinion, boot_id, boot_seconds, wall_at, wall_trusted
FROM opinions ORDER BY wall_at;

DROP TABLE opinions;
ALTER TABLE numbered_opinions RENAME TO opinions;
