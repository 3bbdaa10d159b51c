//! Read-only SQL.

use super::Answer;
use crate::ask::{Json, ProjectPath, Seat};
use crate::document::Problems;
use crate::shared::Shared;
use engine::views::{SqlRequest, SqlResult};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(sql))
}

/// Read-only SQL over the tables.
#[utoipa::path(
    post, path = "/api/v1/projects/{project}/sql", tag = "sql",
    params(ProjectPath), request_body = SqlRequest,
    responses((status = 200, description = "OK", body = SqlResult), Problems)
)]
async fn sql(seat: Seat, Json(request): Json<SqlRequest>) -> Answer<SqlResult> {
    Ok(axum::Json(seat.project.sql(&seat.actor, request).await?))
}
