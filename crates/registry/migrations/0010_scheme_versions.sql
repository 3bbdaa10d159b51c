-- The version of a scheme whose changes by hand an entry brings back.
ALTER TABLE hands ADD COLUMN restores {int};
-- What was decided about one subject is read from the chain by it.
CREATE INDEX audit_subject ON audit (subject, action);
