-- Work that outlives a request, and small settings of the project.
CREATE TABLE jobs (
    job_id           TEXT PRIMARY KEY,
    kind             TEXT NOT NULL,
    spec             TEXT NOT NULL,
    state            TEXT NOT NULL,
    done             {int} NOT NULL,
    total            {int},
    message          TEXT NOT NULL,
    result           TEXT,
    problem_title    TEXT,
    problem_detail   TEXT,
    cancel_requested {int} NOT NULL,
    author           TEXT NOT NULL,
    reason           TEXT NOT NULL,
    created_at       {int} NOT NULL,
    started_at       {int},
    finished_at      {int}
);
CREATE INDEX jobs_state ON jobs (state);

CREATE TABLE settings (
    setting TEXT PRIMARY KEY,
    value   TEXT NOT NULL,
    at      {int} NOT NULL,
    author  TEXT NOT NULL
);
