-- Which records are one customer and why, and what people decided about pairs of records. The lower key is a. A link
-- holds from since until another run finds otherwise; nothing of it is rewritten but that end.
CREATE TABLE identity_links (
    a        {int} NOT NULL,
    b        {int} NOT NULL,
    since    {int} NOT NULL,
    until    {int},
    run_id   TEXT NOT NULL,
    state    TEXT NOT NULL,
    score    {int} NOT NULL,
    evidence TEXT NOT NULL,
    PRIMARY KEY (a, b, since)
);
CREATE INDEX identity_links_b ON identity_links (b);
CREATE INDEX identity_links_now ON identity_links (until, state, score);

CREATE TABLE identity_decisions (
    seq     {int} NOT NULL,
    a       {int} NOT NULL,
    b       {int} NOT NULL,
    verdict TEXT NOT NULL,
    at      {int} NOT NULL,
    author  TEXT NOT NULL,
    reason  TEXT NOT NULL,
    PRIMARY KEY (seq, a, b)
);
CREATE INDEX identity_decisions_pair ON identity_decisions (a, b, seq);
