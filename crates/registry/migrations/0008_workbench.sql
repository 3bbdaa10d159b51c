-- What people decide about schemes of clusters: recipes, runs put up for approval, changes by hand, schedules.
CREATE TABLE recipes (
    seq     {int} PRIMARY KEY,
    scheme  TEXT NOT NULL,
    version {int} NOT NULL,
    entity  TEXT NOT NULL,
    title   TEXT NOT NULL,
    text    TEXT NOT NULL,
    at      {int} NOT NULL,
    author  TEXT NOT NULL,
    reason  TEXT NOT NULL,
    UNIQUE (scheme, version)
);

CREATE TABLE scenarios (
    run_id    TEXT PRIMARY KEY REFERENCES runs (run_id),
    scheme    TEXT NOT NULL,
    version   {int} NOT NULL,
    title     TEXT NOT NULL,
    hands_seq {int} NOT NULL,
    base      TEXT,
    at        {int} NOT NULL
);
CREATE INDEX scenarios_scheme ON scenarios (scheme, at);

CREATE TABLE scenario_steps (
    seq          {int} PRIMARY KEY,
    run_id       TEXT NOT NULL REFERENCES scenarios (run_id),
    scheme       TEXT NOT NULL,
    state        TEXT NOT NULL,
    effective_at {int},
    at           {int} NOT NULL,
    author       TEXT NOT NULL,
    comment      TEXT NOT NULL
);
CREATE INDEX scenario_steps_run ON scenario_steps (run_id, seq);
CREATE INDEX scenario_steps_scheme ON scenario_steps (scheme, state, effective_at);

CREATE TABLE hands (
    seq    {int} PRIMARY KEY,
    scheme TEXT NOT NULL,
    run_id TEXT NOT NULL,
    hand   TEXT NOT NULL,
    cost   TEXT NOT NULL,
    at     {int} NOT NULL,
    author TEXT NOT NULL,
    reason TEXT NOT NULL,
    undoes {int}
);
CREATE INDEX hands_scheme ON hands (scheme, seq);

CREATE TABLE cluster_numbers (
    scheme TEXT PRIMARY KEY,
    next   {int} NOT NULL
);

CREATE TABLE schedules (
    scheme     TEXT PRIMARY KEY,
    every_days {int} NOT NULL,
    next_at    {int} NOT NULL,
    at         {int} NOT NULL,
    author     TEXT NOT NULL
);
