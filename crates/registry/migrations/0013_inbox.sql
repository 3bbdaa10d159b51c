-- The inbox of events: what was acknowledged and is not in the lake yet, neighbours together in one row. `sealed` holds
-- the events, which may name a person; `last_seq` is the number of the last of them, `received_at` when the first came.
-- The head's row is locked by everyone who puts events, so that numbers are committed in their order.
CREATE TABLE inbox_head (
    id  {int} NOT NULL PRIMARY KEY,
    seq {int} NOT NULL,
    day {int} NOT NULL
);
INSERT INTO inbox_head (id, seq, day) VALUES (1, 0, 0);

CREATE TABLE inbox (
    last_seq    {int} NOT NULL PRIMARY KEY,
    events      {int} NOT NULL,
    received_at {int} NOT NULL,
    sealed      {bytes} NOT NULL
);

-- The days that have a table of event ids, `event_ids_<day>`; each is made when its day begins and dropped whole.
-- A day that is over may have a stored filter over its ids, whole where its bytes and its seal are told.
CREATE TABLE event_days (
    day          {int} NOT NULL PRIMARY KEY,
    filter_bytes {int},
    filter_seal  {bytes}
);

CREATE TABLE event_filters (
    day  {int} NOT NULL,
    part {int} NOT NULL,
    bits {bytes} NOT NULL,
    PRIMARY KEY (day, part)
);

-- How far each reader of the inbox has come.
CREATE TABLE inbox_positions (
    name TEXT NOT NULL PRIMARY KEY,
    seq  {int} NOT NULL,
    at   {int} NOT NULL
);

-- What could not be taken as an event. `sealed` holds the reason in words and the bytes as they came.
CREATE TABLE dead_letters (
    letter_id   TEXT NOT NULL PRIMARY KEY,
    received_at {int} NOT NULL,
    reason_code TEXT NOT NULL,
    sealed      {bytes} NOT NULL
);
CREATE INDEX dead_letters_received ON dead_letters (received_at);
