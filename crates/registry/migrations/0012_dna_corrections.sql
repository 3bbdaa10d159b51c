-- What people say about the attributes of products, over what was read. Taking one back is told beside it, and nothing
-- of a correction is rewritten but that.
CREATE TABLE dna_corrections (
    seq       {int} NOT NULL PRIMARY KEY,
    scope     TEXT NOT NULL,
    act       TEXT NOT NULL,
    at        {int} NOT NULL,
    author    TEXT NOT NULL,
    reason    TEXT NOT NULL,
    undone_at {int},
    undone_by TEXT
);
