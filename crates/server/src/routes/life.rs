//! Life events and projects: runs, how many there are, one customer's.

use super::Answer;
use super::customers::CustomerPath;
use crate::ask::{For, Json, Path, ProjectPath, PurposeParam, Query, Seat};
use crate::document::Problems;
use crate::problem::Problem;
use crate::shared::Shared;
use axum::http::StatusCode;
use engine::views::{CustomerLife, JobStarted, LifeOverview, LifeRunRequest};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(life))
        .routes(routes!(run_life))
        .routes(routes!(customer_life))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct OnDate {
    /// As of this date; the newest where not given.
    on: Option<String>,
}

/// The newest run, with how many customers have what.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/life", tag = "life", params(ProjectPath),
    responses((status = 200, description = "OK", body = LifeOverview), Problems)
)]
async fn life(seat: Seat) -> Answer<LifeOverview> {
    Ok(axum::Json(seat.project.life_overview(&seat.actor).await?))
}

/// Looks anew for life events and projects of everybody.
#[utoipa::path(
    post, path = "/api/v1/projects/{project}/life/runs", tag = "life", params(ProjectPath),
    request_body = LifeRunRequest,
    responses((status = 202, description = "OK", body = JobStarted), Problems)
)]
async fn run_life(
    seat: Seat,
    Json(request): Json<LifeRunRequest>,
) -> Result<(StatusCode, axum::Json<JobStarted>), Problem> {
    let started = seat.project.start_life_run(&seat.actor, request).await?;
    Ok((StatusCode::ACCEPTED, axum::Json(started)))
}

/// Life events and projects of one customer, each with its evidence; of a project what is still missing.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/customers/{customer_key}/life", tag = "life",
    params(ProjectPath, CustomerPath, PurposeParam, OnDate),
    responses((status = 200, description = "OK", body = CustomerLife), Problems)
)]
async fn customer_life(
    seat: Seat,
    Path(at): Path<CustomerPath>,
    For(purpose): For,
    Query(when): Query<OnDate>,
) -> Answer<CustomerLife> {
    let told =
        seat.project
            .customer_life(&seat.actor, purpose, at.customer_key, when.on.as_deref());
    Ok(axum::Json(told.await?))
}
