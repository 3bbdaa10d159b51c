//! Who acts: a person with roles, a key with scopes, or the command line on its own machine. Every
//! operation that a server offers takes an actor and asks `govern` first.

use crate::workspaces::BETWEEN;
use crate::{EngineError, Project};
use govern::Action;
use retail::{Change, Purpose, Role, Scope};

/// Sessions in one cookie at most: a longer one would cost a look-up for each piece.
const SESSIONS_MAX: usize = 16;

/// What a client sent to say who it is.
#[derive(Clone, PartialEq, Eq)]
pub enum Credentials {
    /// The secret of a signed-in person's session.
    Session(String),
    /// The secret of an API key.
    Key(String),
}

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The id, as changes record it.
    pub(crate) id: String,
    /// The name for people.
    pub(crate) name: String,
    /// The address, of a person.
    pub(crate) email: Option<String>,
    /// What it may rest on.
    pub(crate) standing: Standing,
}

/// What an actor's rights rest on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Standing {
    /// The roles of a person.
    Roles(Vec<Role>),
    /// The scopes of a key.
    Scopes(Vec<Scope>),
    /// The owner of the machine, on the command line.
    Owner,
}

impl Actor {
    /// The command line: who can run the program on the project's folder owns it.
    pub fn command_line() -> Self {
        Self {
            id: "command-line".into(),
            name: "Command line".into(),
            email: None,
            standing: Standing::Owner,
        }
    }

    /// Whether the actor may do something.
    pub(crate) fn may(&self, action: Action) -> Result<(), EngineError> {
        let checked = match &self.standing {
            Standing::Roles(roles) => govern::may(roles, action),
            Standing::Scopes(scopes) => govern::key_may(scopes, action),
            Standing::Owner => Ok(()),
        };
        checked.map_err(|refusal| EngineError::Refused(refusal.to_string()))
    }

    /// Whether the owner of the machine acts, on the command line.
    pub(crate) fn is_owner(&self) -> bool {
        self.standing == Standing::Owner
    }

    /// Whether a program acts, by an API key.
    pub(crate) fn is_key(&self) -> bool {
        matches!(self.standing, Standing::Scopes(_))
    }

    /// A change by this actor; a blank reason is refused.
    pub(crate) fn change(&self, reason: &str) -> Result<Change, EngineError> {
        let blank = || {
            EngineError::invalid(
                "reason",
                "say in a few words why; it is kept with the change",
            )
        };
        Change::new(&self.id, reason.trim()).ok_or_else(blank)
    }

    /// The roles of a person; a key has none.
    pub(crate) fn roles(&self) -> Vec<Role> {
        match &self.standing {
            Standing::Roles(roles) => roles.clone(),
            Standing::Scopes(_) => Vec::new(),
            Standing::Owner => Role::ALL.to_vec(),
        }
    }

    /// The purposes and whether the actor may name them.
    pub(crate) fn purposes(&self) -> Vec<(Purpose, bool)> {
        Purpose::ALL
            .into_iter()
            .map(|purpose| (purpose, self.may(Action::ReadPerson(purpose)).is_ok()))
            .collect()
    }
}

impl Project {
    /// Who a client is in this project; unknown, ended or expired credentials are refused alike.
    pub async fn actor(&self, who: &Credentials) -> Result<Actor, EngineError> {
        let unknown = || {
            EngineError::Unauthenticated(
                "sign in: open the one-time link that the terminal printed, or send a valid API key".into(),
            )
        };
        match who {
            Credentials::Session(secret) => {
                // A cookie may hold the sessions of several projects; one of them is this one's.
                for secret in secret.split(BETWEEN).take(SESSIONS_MAX) {
                    if let Some(person) = self.registry().session(secret, self.now()).await? {
                        return Ok(Actor {
                            id: person.person_id,
                            name: person.name,
                            email: person.email,
                            standing: Standing::Roles(person.roles),
                        });
                    }
                }
                Err(unknown())
            }
            Credentials::Key(secret) => {
                let key = self
                    .registry()
                    .use_key(secret, self.now())
                    .await?
                    .ok_or_else(unknown)?;
                Ok(Actor {
                    id: key.key_id,
                    name: key.name,
                    email: None,
                    standing: Standing::Scopes(key.scopes),
                })
            }
        }
    }
}
