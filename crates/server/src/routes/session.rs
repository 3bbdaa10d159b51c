//! Who is signed in, which projects there are, what can be imported anywhere; and signing out.

use super::Answer;
use crate::ask::Who;
use crate::document::Problems;
use crate::pages::closing_cookie;
use crate::problem::Problem;
use crate::shared::Shared;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use engine::Credentials;
use engine::views::{KindList, Me, ProjectList};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(me))
        .routes(routes!(logout))
        .routes(routes!(projects))
        .routes(routes!(kinds))
}

/// Who is signed in.
#[utoipa::path(
    get, path = "/api/v1/me", tag = "session",
    responses((status = 200, description = "OK", body = Me), Problems)
)]
async fn me(State(shared): State<Shared>, Who(who): Who) -> Answer<Me> {
    Ok(axum::Json(shared.workspaces.me(&who).await?))
}

/// Ends the session.
#[utoipa::path(
    post, path = "/api/v1/logout", tag = "session",
    responses((status = 204, description = "Done"), Problems)
)]
async fn logout(State(shared): State<Shared>, Who(who): Who) -> Result<Response, Problem> {
    shared.workspaces.me(&who).await?;
    let Credentials::Session(session) = who.as_ref() else {
        return Err(Problem::unusable(
            "an API key has no session to end; revoke the key instead",
        ));
    };
    shared.workspaces.sign_out(session).await?;
    let cookie = closing_cookie(&shared.access);
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response())
}

/// Projects this server serves.
#[utoipa::path(
    get, path = "/api/v1/projects", tag = "session",
    responses((status = 200, description = "OK", body = ProjectList), Problems)
)]
async fn projects(State(shared): State<Shared>, Who(who): Who) -> Answer<ProjectList> {
    Ok(axum::Json(shared.workspaces.project_list(&who).await?))
}

/// Kinds of feed, their fields, and presets.
#[utoipa::path(
    get, path = "/api/v1/kinds", tag = "imports",
    responses((status = 200, description = "OK", body = KindList), Problems)
)]
async fn kinds(State(shared): State<Shared>, Who(who): Who) -> Answer<KindList> {
    shared.workspaces.me(&who).await?;
    Ok(axum::Json(engine::kinds()))
}
