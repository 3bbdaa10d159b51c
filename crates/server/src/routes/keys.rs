//! API keys.

use super::Answer;
use crate::ask::{Json, Path, ProjectPath, Seat};
use crate::document::Problems;
use crate::problem::Problem;
use crate::shared::Shared;
use axum::http::StatusCode;
use engine::views::{KeyCreated, KeyList, NewKey, ReasonRequest};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(keys, add_key))
        .routes(routes!(revoke_key))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct KeyPath {
    /// The key.
    key_id: String,
}

/// API keys.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/keys", tag = "governance", params(ProjectPath),
    responses((status = 200, description = "OK", body = KeyList), Problems)
)]
async fn keys(seat: Seat) -> Answer<KeyList> {
    Ok(axum::Json(seat.project.keys(&seat.actor).await?))
}

/// Makes an API key; the secret is shown once.
#[utoipa::path(
    post, path = "/api/v1/projects/{project}/keys", tag = "governance",
    params(ProjectPath), request_body = NewKey,
    responses((status = 201, description = "OK", body = KeyCreated), Problems)
)]
async fn add_key(
    seat: Seat,
    Json(request): Json<NewKey>,
) -> Result<(StatusCode, axum::Json<KeyCreated>), Problem> {
    let created = seat.project.add_key(&seat.actor, request).await?;
    Ok((StatusCode::CREATED, axum::Json(created)))
}

/// Revokes an API key.
#[utoipa::path(
    delete, path = "/api/v1/projects/{project}/keys/{key_id}", tag = "governance",
    params(ProjectPath, KeyPath), request_body = ReasonRequest,
    responses((status = 204, description = "Done"), Problems)
)]
async fn revoke_key(
    seat: Seat,
    Path(at): Path<KeyPath>,
    Json(request): Json<ReasonRequest>,
) -> Result<StatusCode, Problem> {
    seat.project
        .revoke_key(&seat.actor, &at.key_id, request)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
