//! Long work: asking how far it is, asking it to stop.

use super::Answer;
use crate::ask::{Json, Path, ProjectPath, Seat};
use crate::document::Problems;
use crate::problem::Problem;
use crate::shared::Shared;
use axum::http::StatusCode;
use engine::views::{Job, ReasonRequest};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(job))
        .routes(routes!(cancel_job))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct JobPath {
    /// The job.
    job_id: String,
}

/// Progress of a job.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/jobs/{job_id}", tag = "jobs", params(ProjectPath, JobPath),
    responses((status = 200, description = "OK", body = Job), Problems)
)]
async fn job(seat: Seat, Path(at): Path<JobPath>) -> Answer<Job> {
    Ok(axum::Json(seat.project.job(&seat.actor, &at.job_id).await?))
}

/// Asks a job to stop.
#[utoipa::path(
    post, path = "/api/v1/projects/{project}/jobs/{job_id}/cancel", tag = "jobs",
    params(ProjectPath, JobPath), request_body = ReasonRequest,
    responses((status = 202, description = "Done"), Problems)
)]
async fn cancel_job(
    seat: Seat,
    Path(at): Path<JobPath>,
    Json(request): Json<ReasonRequest>,
) -> Result<StatusCode, Problem> {
    seat.project
        .cancel_job(&seat.actor, &at.job_id, request)
        .await?;
    Ok(StatusCode::ACCEPTED)
}
