-- Customers as persons: their key, their outside identifiers and the fields that name them.
-- Deleting a row of person_keys makes everything sealed under it unreadable for good.
CREATE TABLE person_keys (
    customer_key {int} PRIMARY KEY,
    wrapped      {bytes} NOT NULL,
    at           {int} NOT NULL
);

CREATE TABLE customer_key_counter (
    id   {int} PRIMARY KEY,
    next {int} NOT NULL
);
INSERT INTO customer_key_counter (id, next) VALUES (1, 1);

CREATE TABLE identities (
    blind        {bytes} PRIMARY KEY,
    customer_key {int} NOT NULL REFERENCES person_keys (customer_key),
    kind         TEXT NOT NULL,
    sealed       {bytes} NOT NULL,
    at           {int} NOT NULL
);
CREATE INDEX identities_customer ON identities (customer_key);

CREATE TABLE person_fields (
    customer_key {int} NOT NULL REFERENCES person_keys (customer_key),
    field        TEXT NOT NULL,
    sealed       {bytes} NOT NULL,
    at           {int} NOT NULL,
    PRIMARY KEY (customer_key, field)
);
