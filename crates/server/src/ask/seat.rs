//! Who asks, and in which project: credentials that the guard found, traded for an actor by the engine.

use super::Path;
use super::path::ProjectPath;
use crate::problem::Problem;
use crate::shared::Shared;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use engine::{Actor, Credentials, EngineError, Project};
use std::sync::Arc;

/// The credentials of a request; the guard refuses requests without.
#[derive(Clone)]
pub(crate) struct Who(pub Arc<Credentials>);

impl<S: Send + Sync> FromRequestParts<S> for Who {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let found = parts.extensions.get::<Self>().cloned();
        found.ok_or_else(|| Problem::fault(&"a route lies outside the guard"))
    }
}

/// A project, and who acts in it.
#[derive(Clone)]
pub(crate) struct Seat {
    /// The project.
    pub project: Arc<Project>,
    /// Who acts.
    pub actor: Arc<Actor>,
}

impl FromRequestParts<Shared> for Seat {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, shared: &Shared) -> Result<Self, Problem> {
        let Who(who) = Who::from_request_parts(parts, shared).await?;
        let Path(path) = Path::<ProjectPath>::from_request_parts(parts, shared).await?;
        let Ok(project) = shared.workspaces.project(&path.project) else {
            return Err(nowhere(shared, &who, path.project).await);
        };
        match project.actor(&who).await {
            Ok(actor) => Ok(Self {
                project: project.clone(),
                actor: Arc::new(actor),
            }),
            Err(EngineError::Unauthenticated(_)) => Err(nowhere(shared, &who, path.project).await),
            Err(cause) => Err(cause.into()),
        }
    }
}

/// Somebody known elsewhere learns no more of a project than that it is not theirs; nobody learns less.
async fn nowhere(shared: &Shared, who: &Credentials, name: String) -> Problem {
    match shared.workspaces.me(who).await {
        Ok(_) => EngineError::Missing {
            what: "project",
            name,
        }
        .into(),
        Err(cause) => cause.into(),
    }
}
