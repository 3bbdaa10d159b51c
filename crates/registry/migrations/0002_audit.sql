-- The audit chain, the sealed head that tells how long it is, and the proof of the project secret.
CREATE TABLE audit (
    seq     {int} PRIMARY KEY,
    at      {int} NOT NULL,
    author  TEXT NOT NULL,
    action  TEXT NOT NULL,
    subject TEXT NOT NULL,
    reason  TEXT NOT NULL,
    detail  TEXT NOT NULL,
    hash    {bytes} NOT NULL
);

CREATE TABLE audit_head (
    id      {int} PRIMARY KEY,
    entries {int} NOT NULL,
    hash    {bytes} NOT NULL,
    mac     {bytes} NOT NULL
);

CREATE TABLE project_seal (
    id    {int} PRIMARY KEY,
    proof {bytes} NOT NULL
);
