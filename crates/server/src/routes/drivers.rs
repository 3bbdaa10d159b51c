//! Drivers of choice: which attributes move what customers take, by category and cluster.

use super::Answer;
use crate::ask::{Json, ProjectPath, Query, Seat};
use crate::document::Problems;
use crate::problem::Problem;
use crate::shared::Shared;
use axum::http::StatusCode;
use engine::views::{DriversList, DriversRequest, JobStarted};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(drivers, run_drivers))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct OfCategory {
    /// One category; all where not given.
    category: Option<String>,
}

/// The newest run of each category and scheme.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/drivers", tag = "demand", params(ProjectPath, OfCategory),
    responses((status = 200, description = "OK", body = DriversList), Problems)
)]
async fn drivers(seat: Seat, Query(of): Query<OfCategory>) -> Answer<DriversList> {
    let told = seat.project.drivers(&seat.actor, of.category.as_deref());
    Ok(axum::Json(told.await?))
}

/// Finds anew what moves choice in a category.
#[utoipa::path(
    post, path = "/api/v1/projects/{project}/drivers", tag = "demand", params(ProjectPath),
    request_body = DriversRequest,
    responses((status = 202, description = "OK", body = JobStarted), Problems)
)]
async fn run_drivers(
    seat: Seat,
    Json(request): Json<DriversRequest>,
) -> Result<(StatusCode, axum::Json<JobStarted>), Problem> {
    let started = seat.project.start_drivers_run(&seat.actor, request).await?;
    Ok((StatusCode::ACCEPTED, axum::Json(started)))
}
