//! Runs of the pipeline, as pages and as files, and starting one.

use super::Answer;
use crate::ask::{Json, Page, PageParams, ProjectPath, Seat, Whole, WholeParams};
use crate::document::Problems;
use crate::download::{self, FileBody, Table};
use crate::problem::Problem;
use crate::shared::Shared;
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use engine::views::{JobStarted, RunPage, RunRequest};
use engine::{EngineError, PageAsk};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(runs, start_run))
        .routes(routes!(runs_csv))
        .routes(routes!(runs_xlsx))
}

/// Which rows are asked for, and by whom.
#[derive(Clone)]
struct Runs {
    seat: Seat,
}

impl FromRequestParts<Shared> for Runs {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, shared: &Shared) -> Result<Self, Problem> {
        let seat = Seat::from_request_parts(parts, shared).await?;
        Ok(Self { seat })
    }
}

impl Table for Runs {
    const NAME: &'static str = "runs";
    type Page = RunPage;

    fn project(&self) -> &str {
        self.seat.project.id()
    }

    async fn page(self, ask: PageAsk) -> Result<RunPage, EngineError> {
        let Seat { project, actor } = self.seat;
        project.runs(&actor, &ask).await
    }
}

/// Runs, newest first.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/runs", tag = "runs",
    params(ProjectPath, PageParams),
    responses((status = 200, description = "OK", body = RunPage), Problems)
)]
async fn runs(asked: Runs, Page(ask): Page) -> Answer<RunPage> {
    Ok(axum::Json(asked.page(ask).await?))
}

/// The whole filtered table as csv.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/runs.csv", tag = "runs",
    params(ProjectPath, WholeParams),
    responses((status = 200, description = "OK", body = inline(FileBody), content_type = "text/csv"), Problems)
)]
async fn runs_csv(asked: Runs, Whole(ask): Whole) -> Result<Response, Problem> {
    download::csv(asked, ask).await
}

/// The whole filtered table as xlsx.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/runs.xlsx", tag = "runs",
    params(ProjectPath, WholeParams),
    responses((
        status = 200, description = "OK", body = inline(FileBody),
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ), Problems)
)]
async fn runs_xlsx(asked: Runs, Whole(ask): Whole) -> Result<Response, Problem> {
    download::xlsx(asked, ask).await
}

/// Starts a run.
#[utoipa::path(
    post, path = "/api/v1/projects/{project}/runs", tag = "runs",
    params(ProjectPath), request_body = RunRequest,
    responses((status = 202, description = "OK", body = JobStarted), Problems)
)]
async fn start_run(
    seat: Seat,
    Json(request): Json<RunRequest>,
) -> Result<(StatusCode, axum::Json<JobStarted>), Problem> {
    let started = seat.project.start_run(&seat.actor, request).await?;
    Ok((StatusCode::ACCEPTED, axum::Json(started)))
}
