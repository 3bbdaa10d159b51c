-- Where a scheme itself stands: in use, retired, removed from the lists. Nothing of it is ever deleted.
CREATE TABLE scheme_marks (
    seq    {int} PRIMARY KEY,
    scheme TEXT NOT NULL,
    mark   TEXT NOT NULL,
    at     {int} NOT NULL,
    author TEXT NOT NULL,
    reason TEXT NOT NULL
);
CREATE INDEX scheme_marks_scheme ON scheme_marks (scheme, seq);
