-- Who works here: people, their one-time links and sessions, and the API keys of programs.
-- {int}, {float} and {bytes} become the dialect's 64-bit integer, double and byte string.
CREATE TABLE people (
    person_id     TEXT PRIMARY KEY,
    name_sealed   {bytes} NOT NULL,
    email_sealed  {bytes},
    email_blind   {bytes} UNIQUE,
    roles         TEXT NOT NULL,
    active        {int} NOT NULL,
    created_at    {int} NOT NULL,
    last_seen_at  {int}
);

CREATE TABLE login_tokens (
    token_hash {bytes} PRIMARY KEY,
    person_id  TEXT NOT NULL REFERENCES people (person_id),
    created_at {int} NOT NULL,
    expires_at {int} NOT NULL
);

CREATE TABLE sessions (
    session_hash {bytes} PRIMARY KEY,
    person_id    TEXT NOT NULL REFERENCES people (person_id),
    created_at   {int} NOT NULL,
    expires_at   {int} NOT NULL
);
CREATE INDEX sessions_person ON sessions (person_id);

CREATE TABLE api_keys (
    key_id       TEXT PRIMARY KEY,
    name         TEXT NOT NULL,
    prefix       TEXT NOT NULL,
    secret_hash  {bytes} NOT NULL UNIQUE,
    scopes       TEXT NOT NULL,
    created_by   TEXT NOT NULL,
    created_at   {int} NOT NULL,
    expires_at   {int},
    last_used_at {int},
    revoked_at   {int}
);
