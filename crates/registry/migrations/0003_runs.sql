-- Runs of stages, their checkpoints, which run of a scheme is live, and the names people gave to clusters.
CREATE TABLE runs (
    run_id      TEXT PRIMARY KEY,
    stage       TEXT NOT NULL,
    spec        TEXT NOT NULL,
    seed        {int} NOT NULL,
    version     TEXT NOT NULL,
    inputs      TEXT NOT NULL,
    author      TEXT NOT NULL,
    reason      TEXT NOT NULL,
    status      TEXT NOT NULL,
    started_at  {int} NOT NULL,
    finished_at {int},
    seconds     {float},
    summary     TEXT NOT NULL,
    result      TEXT NOT NULL
);
CREATE INDEX runs_started ON runs (started_at);

CREATE TABLE run_steps (
    run_id TEXT NOT NULL REFERENCES runs (run_id),
    step   TEXT NOT NULL,
    state  TEXT NOT NULL,
    detail TEXT NOT NULL,
    at     {int} NOT NULL,
    PRIMARY KEY (run_id, step)
);

CREATE TABLE publications (
    seq    {int} PRIMARY KEY,
    scheme TEXT NOT NULL,
    run_id TEXT NOT NULL REFERENCES runs (run_id),
    at     {int} NOT NULL,
    author TEXT NOT NULL,
    reason TEXT NOT NULL
);
CREATE INDEX publications_scheme ON publications (scheme, seq);

CREATE TABLE cluster_names (
    seq         {int} PRIMARY KEY,
    scheme      TEXT NOT NULL,
    cluster     {int} NOT NULL,
    name        TEXT NOT NULL,
    name_before TEXT,
    at          {int} NOT NULL,
    author      TEXT NOT NULL,
    reason      TEXT NOT NULL
);
CREATE INDEX cluster_names_scheme ON cluster_names (scheme, cluster, seq);
