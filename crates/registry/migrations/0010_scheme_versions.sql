-- The version of a scheme whose changes by hand an entry brings back.
ALTER TABLE hands ADD COLUMN restores {int};
