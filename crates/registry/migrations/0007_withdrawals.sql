-- What an import is by the bytes of its file, whose rows a replay read again, and which rows no replay can read.
ALTER TABLE imports ADD COLUMN content TEXT NOT NULL DEFAULT '';
ALTER TABLE imports ADD COLUMN replay_of TEXT;
ALTER TABLE quarantine ADD COLUMN replayable {int} NOT NULL DEFAULT 1;
UPDATE imports SET replay_of = substr(fingerprint, 11, 36) WHERE fingerprint LIKE 'replay of %';
UPDATE imports SET content = substr(fingerprint, 1, 64) WHERE replay_of IS NULL;
CREATE INDEX imports_content ON imports (content);
CREATE INDEX imports_replay_of ON imports (replay_of);
