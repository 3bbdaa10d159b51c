//! What can go wrong in the registry. Each message says what, where and how to mend it, and never repeats
//! a password, a secret or a value that names a person. Turning errors into answers is the server's work.

/// An error of the registry.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address is neither SQLite's nor PostgreSQL's.
    #[error(
        "the registry's address starts with '{scheme}': write sqlite:///path/registry.db or postgres://user@host/database"
    )]
    Address {
        /// What the address starts with; the rest may hold a password.
        scheme: String,
    },
    /// The text is no project secret.
    #[error(
        "the project secret cannot be read: it is 32 bytes written as 43 letters of base64url, copy it whole"
    )]
    SecretText,
    /// The registry was made with another project secret.
    #[error(
        "the project secret does not fit this registry: use the secret that the project was made with"
    )]
    WrongSecret,
    /// The database was written by a newer program.
    #[error(
        "the registry is at migration {found}, this program knows {known}: use the newer program or restore an older backup"
    )]
    Newer {
        /// The newest migration in the database.
        found: i64,
        /// The newest migration of this program.
        known: i64,
    },
    /// A migration differs from the one that was applied.
    #[error(
        "migration {version} ('{name}') differs from the one this registry was made with: use a released program"
    )]
    MigrationChanged {
        /// Its number.
        version: i64,
        /// Its name.
        name: String,
    },
    /// Nothing has this id.
    #[error("the registry has no {what} '{id}': list them to see what there is")]
    NotFound {
        /// What was looked for.
        what: &'static str,
        /// Its id.
        id: String,
    },
    /// A value that the registry cannot take.
    #[error("{field}: {problem}")]
    Invalid {
        /// The field, as the caller named it.
        field: &'static str,
        /// What is wrong and what would be right.
        problem: String,
    },
    /// The state of a thing does not allow the change.
    #[error("{what}: {mend}")]
    Conflict {
        /// What stands in the way.
        what: String,
        /// What to do.
        mend: &'static str,
    },
    /// Somebody else changed the thing since the author looked at it.
    #[error(
        "{what} changed meanwhile: you saw version {seen}, it is at {now}; look at what was changed and try again"
    )]
    Stale {
        /// What changed.
        what: String,
        /// The version that the author saw.
        seen: i64,
        /// The version that holds.
        now: i64,
    },
    /// There is more to do than fits; nothing was taken.
    #[error("{what}, so nothing was taken: send it again in a second")]
    Overloaded {
        /// What is full.
        what: &'static str,
    },
    /// Events were taken and could not be stored.
    #[error("the events were not stored: {why}; send them again")]
    NotStored {
        /// What went wrong.
        why: String,
    },
    /// A stored value does not decrypt or does not parse.
    #[error("{what} in the registry is damaged: restore it from a backup")]
    Damaged {
        /// Which value.
        what: &'static str,
    },
    /// The head of the audit chain is missing or was changed from outside.
    #[error(
        "the head of the audit chain was changed from outside, so nothing more is recorded: run `tessera audit verify` and restore a backup"
    )]
    AuditBroken,
    /// The operating system gave no random bytes.
    #[error("the operating system gave no random bytes: {0}")]
    Random(getrandom::Error),
    /// The database refused.
    #[error("the registry's database refused: {0}")]
    Database(#[from] sqlx::Error),
}

/// The result of an operation of the registry.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// Nothing of this kind has this id.
    pub(crate) fn missing(what: &'static str, id: impl ToString) -> Self {
        Self::NotFound {
            what,
            id: id.to_string(),
        }
    }

    /// A value that cannot be taken.
    pub(crate) fn invalid(field: &'static str, problem: impl Into<String>) -> Self {
        Self::Invalid {
            field,
            problem: problem.into(),
        }
    }

    /// A change that the present state does not allow.
    pub(crate) fn conflict(what: impl Into<String>, mend: &'static str) -> Self {
        Self::Conflict {
            what: what.into(),
            mend,
        }
    }
}
