-- Imports of files, what each part of them brought, and the rows that were held back.
CREATE TABLE imports (
    import_id         TEXT PRIMARY KEY,
    kind              TEXT NOT NULL,
    file              TEXT NOT NULL,
    fingerprint       TEXT NOT NULL,
    bytes             {int} NOT NULL,
    preset            TEXT NOT NULL,
    spec              TEXT NOT NULL,
    state             TEXT NOT NULL,
    parts             {int} NOT NULL,
    rows_read         {int} NOT NULL,
    loaded            {int} NOT NULL,
    duplicate         {int} NOT NULL,
    quarantined       {int} NOT NULL,
    first_happened_at {int},
    last_happened_at  {int},
    started_at        {int} NOT NULL,
    finished_at       {int},
    author            TEXT NOT NULL,
    reason            TEXT NOT NULL,
    message           TEXT NOT NULL
);
CREATE INDEX imports_fingerprint ON imports (fingerprint);
CREATE INDEX imports_started ON imports (started_at);

CREATE TABLE import_parts (
    import_id         TEXT NOT NULL REFERENCES imports (import_id),
    part              {int} NOT NULL,
    rows_read         {int} NOT NULL,
    loaded            {int} NOT NULL,
    duplicate         {int} NOT NULL,
    quarantined       {int} NOT NULL,
    first_happened_at {int},
    last_happened_at  {int},
    at                {int} NOT NULL,
    PRIMARY KEY (import_id, part)
);

-- `sealed` holds value, reason and raw line, because all three may name a person.
CREATE TABLE quarantine (
    import_id   TEXT NOT NULL REFERENCES imports (import_id),
    row_no      {int} NOT NULL,
    column_name TEXT,
    reason_code TEXT NOT NULL,
    sealed      {bytes} NOT NULL,
    state       TEXT NOT NULL,
    at          {int} NOT NULL,
    PRIMARY KEY (import_id, row_no)
);
