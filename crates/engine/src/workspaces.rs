//! The projects that one process serves, and signing in to them. Each project keeps its own people; one
//! link signs the machine's owner in to all projects that this process serves.

use crate::views::{Me, ProjectList, PurposeChoice};
use crate::{Actor, Credentials, EngineError, Project};
use registry::NewPerson;
use retail::{Change, Role};
use std::sync::Arc;

/// How long a one-time link works, microseconds.
pub(crate) const LINK_LASTS: i64 = 60 * 60 * 1_000_000;
/// How long a session lasts, microseconds.
const SESSION_LASTS: i64 = 12 * 60 * 60 * 1_000_000;
/// The name under which the machine's owner is known.
const OWNER: &str = "Owner";
/// Stands between the secrets of single projects in a link or a cookie; no secret has it.
pub(crate) const BETWEEN: char = '~';

/// The projects one process serves.
pub struct Workspaces {
    projects: Vec<Arc<Project>>,
}

impl Workspaces {
    /// Serves these projects; the first is shown first.
    pub async fn open(projects: Vec<Arc<Project>>) -> Result<Self, EngineError> {
        if projects.is_empty() {
            return Err(EngineError::invalid(
                "project",
                "name at least one project to serve",
            ));
        }
        for (place, project) in projects.iter().enumerate() {
            if projects[..place]
                .iter()
                .any(|other| other.id() == project.id())
            {
                let detail = format!(
                    "two folders are named '{}'; serve them apart or rename one",
                    project.id()
                );
                return Err(EngineError::invalid("project", detail));
            }
        }
        Ok(Self { projects })
    }

    /// The projects, in order.
    pub fn projects(&self) -> &[Arc<Project>] {
        &self.projects
    }

    /// The project of a short name.
    pub fn project(&self, id: &str) -> Result<&Arc<Project>, EngineError> {
        let found = self.projects.iter().find(|project| project.id() == id);
        found.ok_or_else(|| EngineError::Missing {
            what: "project",
            name: id.to_string(),
        })
    }

    /// The secret of a link that signs the machine's owner in, once, within an hour.
    pub async fn issue_login(&self) -> Result<String, EngineError> {
        let mut secrets = Vec::new();
        for project in &self.projects {
            secrets.push(project.owner_link().await?);
        }
        Ok(secrets.join(&BETWEEN.to_string()))
    }

    /// Trades the secret of a link for the secret of a session.
    pub async fn sign_in(&self, link: &str) -> Result<String, EngineError> {
        let mut sessions = Vec::new();
        for project in &self.projects {
            let now = project.now();
            for secret in link.split(BETWEEN).take(self.projects.len()) {
                let session = project
                    .registry()
                    .redeem_login_token(secret, now, now + SESSION_LASTS)
                    .await?;
                sessions.extend(session.map(|session| session.secret));
            }
        }
        if sessions.is_empty() {
            let detail = "this link was used or is too old; 'tessera serve' prints a new one";
            return Err(EngineError::Unauthenticated(detail.into()));
        }
        Ok(sessions.join(&BETWEEN.to_string()))
    }

    /// Ends a session everywhere.
    pub async fn sign_out(&self, session: &str) -> Result<(), EngineError> {
        for project in &self.projects {
            for secret in session.split(BETWEEN).take(self.projects.len()) {
                project.registry().end_session(secret).await?;
            }
        }
        Ok(())
    }

    /// Who is asking, as the first project that knows them tells it.
    pub async fn me(&self, who: &Credentials) -> Result<Me, EngineError> {
        let (_, actor) = self.known(who).await?.swap_remove(0);
        let purposes = actor
            .purposes()
            .into_iter()
            .map(|(purpose, allowed)| PurposeChoice {
                purpose,
                label: purpose.label().to_string(),
                allowed,
            });
        Ok(Me {
            purposes: purposes.collect(),
            roles: actor.roles(),
            person_id: actor.id,
            name: actor.name,
            email: actor.email,
            version: env!("CARGO_PKG_VERSION").to_string(),
        })
    }

    /// The projects that know who is asking.
    pub async fn project_list(&self, who: &Credentials) -> Result<ProjectList, EngineError> {
        let mut projects = Vec::new();
        for (project, _) in self.known(who).await? {
            projects.push(project.describe().await?);
        }
        Ok(ProjectList { projects })
    }

    /// Whether every project's registry and lake answer.
    pub async fn ready(&self) -> Result<(), EngineError> {
        for project in &self.projects {
            project.registry().setting("ready").await?;
            project.lake().states().await?;
        }
        Ok(())
    }

    async fn known(&self, who: &Credentials) -> Result<Vec<(&Arc<Project>, Actor)>, EngineError> {
        let (mut known, mut refused) = (Vec::new(), None);
        for project in &self.projects {
            match project.actor(who).await {
                Ok(actor) => known.push((project, actor)),
                Err(cause @ EngineError::Unauthenticated(_)) => refused = Some(cause),
                Err(cause) => return Err(cause),
            }
        }
        match refused {
            Some(cause) if known.is_empty() => Err(cause),
            _ => Ok(known),
        }
    }
}

impl Project {
    /// The secret of a one-time link for the machine's owner, who is made an administrator on first use.
    async fn owner_link(&self) -> Result<String, EngineError> {
        let now = self.now();
        let reason = "whoever runs the program on this machine owns the project";
        let change = Change {
            author: "command-line".into(),
            reason: reason.into(),
        };
        let people = self.registry().people().await?;
        let owner = people
            .into_iter()
            .find(|p| p.active && p.name == OWNER && p.roles.contains(&Role::Admin));
        let owner = match owner {
            Some(owner) => owner,
            None => {
                let new = NewPerson {
                    name: OWNER.into(),
                    email: None,
                    roles: Role::ALL.to_vec(),
                };
                self.registry().create_person(&new, now, &change).await?
            }
        };
        Ok(self
            .registry()
            .issue_login_token(&owner.person_id, now, now + LINK_LASTS, &change)
            .await?)
    }
}
