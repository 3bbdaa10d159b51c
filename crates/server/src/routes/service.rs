//! Whether the service runs, and what it offers.

use super::Answer;
use crate::document::Problems;
use crate::shared::Shared;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(healthz))
        .routes(routes!(readyz))
        .routes(routes!(openapi))
}

/// Whether the service runs.
#[derive(Serialize, ToSchema)]
struct Health {
    /// ok
    status: &'static str,
}

/// The process runs.
#[utoipa::path(
    get, path = "/healthz", tag = "service", security(()),
    responses((status = 200, description = "OK", body = Health))
)]
async fn healthz() -> axum::Json<Health> {
    axum::Json(Health { status: "ok" })
}

/// The service can answer: its registry and lake are there.
#[utoipa::path(
    get, path = "/readyz", tag = "service", security(()),
    responses((status = 200, description = "OK", body = Health), Problems)
)]
async fn readyz(State(shared): State<Shared>) -> Answer<Health> {
    shared.workspaces.ready().await?;
    Ok(axum::Json(Health { status: "ok" }))
}

/// This document.
#[utoipa::path(
    get, path = "/openapi.json", tag = "service", security(()),
    responses((status = 200, description = "OK", body = serde_json::Value))
)]
async fn openapi(State(shared): State<Shared>) -> Response {
    (
        [(header::CONTENT_TYPE, "application/json")],
        shared.document.clone(),
    )
        .into_response()
}
