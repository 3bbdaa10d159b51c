//! What products are: runs that read it, people's corrections, words that no dictionary reads.

use super::Answer;
use crate::ask::{Json, Path, ProjectPath, Query, Seat};
use crate::document::Problems;
use crate::problem::Problem;
use crate::shared::Shared;
use axum::http::StatusCode;
use engine::views::{
    DnaCorrected, DnaCorrectionRequest, DnaCorrectionRow, DnaOverview, DnaProposals, DnaRunRequest,
    DnaUndoRequest, JobStarted,
};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Proposals told where nobody says how many.
const PROPOSALS: usize = 50;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(dna))
        .routes(routes!(run_dna))
        .routes(routes!(dna_proposals))
        .routes(routes!(correct_dna))
        .routes(routes!(undo_dna))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct CorrectionPath {
    /// The correction's number.
    correction: i64,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Least {
    /// Products that words must stand in; 5 where not given.
    #[param(minimum = 1)]
    least: Option<usize>,
    /// Rows at most; 50 where not given.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<usize>,
}

/// What products are by the newest run, and all corrections.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/dna", tag = "products", params(ProjectPath),
    responses((status = 200, description = "OK", body = DnaOverview), Problems)
)]
async fn dna(seat: Seat) -> Answer<DnaOverview> {
    Ok(axum::Json(seat.project.dna_overview(&seat.actor).await?))
}

/// Reads anew what every product is.
#[utoipa::path(
    post, path = "/api/v1/projects/{project}/dna/runs", tag = "products", params(ProjectPath),
    request_body = DnaRunRequest,
    responses((status = 202, description = "OK", body = JobStarted), Problems)
)]
async fn run_dna(
    seat: Seat,
    Json(request): Json<DnaRunRequest>,
) -> Result<(StatusCode, axum::Json<JobStarted>), Problem> {
    let started = seat.project.start_dna_run(&seat.actor, request).await?;
    Ok((StatusCode::ACCEPTED, axum::Json(started)))
}

/// Words that stand in several products and that no dictionary reads.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/dna/proposals", tag = "products",
    params(ProjectPath, Least),
    responses((status = 200, description = "OK", body = DnaProposals), Problems)
)]
async fn dna_proposals(seat: Seat, Query(asked): Query<Least>) -> Answer<DnaProposals> {
    let limit = asked.limit.unwrap_or(PROPOSALS).min(1000);
    let told = seat
        .project
        .dna_proposals(&seat.actor, asked.least, limit)
        .await?;
    Ok(axum::Json(told))
}

/// Corrects what products are, from the next run on; with `dry_run` it tells what that changes and keeps nothing.
#[utoipa::path(
    post, path = "/api/v1/projects/{project}/dna/corrections", tag = "products", params(ProjectPath),
    request_body = DnaCorrectionRequest,
    responses((status = 200, description = "OK", body = DnaCorrected), Problems)
)]
async fn correct_dna(
    seat: Seat,
    Json(request): Json<DnaCorrectionRequest>,
) -> Answer<DnaCorrected> {
    Ok(axum::Json(
        seat.project.correct_dna(&seat.actor, request).await?,
    ))
}

/// Takes a correction back, from the next run on.
#[utoipa::path(
    post, path = "/api/v1/projects/{project}/dna/corrections/{correction}/undo", tag = "products",
    params(ProjectPath, CorrectionPath), request_body = DnaUndoRequest,
    responses((status = 200, description = "OK", body = DnaCorrectionRow), Problems)
)]
async fn undo_dna(
    seat: Seat,
    Path(at): Path<CorrectionPath>,
    Json(request): Json<DnaUndoRequest>,
) -> Answer<DnaCorrectionRow> {
    let undone = seat
        .project
        .undo_dna_correction(&seat.actor, at.correction, request);
    Ok(axum::Json(undone.await?))
}
