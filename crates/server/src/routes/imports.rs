//! Imports, as pages and as files, starting one, and taking one back.

use super::Answer;
use crate::ask::{Json, Page, PageParams, Path, ProjectPath, Seat, Whole, WholeParams};
use crate::document::Problems;
use crate::download::{self, FileBody, Table};
use crate::problem::Problem;
use crate::shared::Shared;
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use engine::views::{ImportPage, ImportRequest, JobStarted, ReasonRequest, Withdrawn};
use engine::{EngineError, PageAsk};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(imports, start_import))
        .routes(routes!(imports_csv))
        .routes(routes!(imports_xlsx))
        .routes(routes!(withdraw))
}

/// Which rows are asked for, and by whom.
#[derive(Clone)]
struct Imports {
    seat: Seat,
}

impl FromRequestParts<Shared> for Imports {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, shared: &Shared) -> Result<Self, Problem> {
        let seat = Seat::from_request_parts(parts, shared).await?;
        Ok(Self { seat })
    }
}

impl Table for Imports {
    const NAME: &'static str = "imports";
    type Page = ImportPage;

    fn project(&self) -> &str {
        self.seat.project.id()
    }

    async fn page(self, ask: PageAsk) -> Result<ImportPage, EngineError> {
        let Seat { project, actor } = self.seat;
        project.imports(&actor, &ask).await
    }
}

/// Imports, newest first.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/imports", tag = "imports",
    params(ProjectPath, PageParams),
    responses((status = 200, description = "OK", body = ImportPage), Problems)
)]
async fn imports(asked: Imports, Page(ask): Page) -> Answer<ImportPage> {
    Ok(axum::Json(asked.page(ask).await?))
}

/// The whole filtered table as csv.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/imports.csv", tag = "imports",
    params(ProjectPath, WholeParams),
    responses((status = 200, description = "OK", body = inline(FileBody), content_type = "text/csv"), Problems)
)]
async fn imports_csv(asked: Imports, Whole(ask): Whole) -> Result<Response, Problem> {
    download::csv(asked, ask).await
}

/// The whole filtered table as xlsx.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/imports.xlsx", tag = "imports",
    params(ProjectPath, WholeParams),
    responses((
        status = 200, description = "OK", body = inline(FileBody),
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ), Problems)
)]
async fn imports_xlsx(asked: Imports, Whole(ask): Whole) -> Result<Response, Problem> {
    download::xlsx(asked, ask).await
}

/// Starts an import of an uploaded file.
#[utoipa::path(
    post, path = "/api/v1/projects/{project}/imports", tag = "imports",
    params(ProjectPath), request_body = ImportRequest,
    responses((status = 202, description = "OK", body = JobStarted), Problems)
)]
async fn start_import(
    seat: Seat,
    Json(request): Json<ImportRequest>,
) -> Result<(StatusCode, axum::Json<JobStarted>), Problem> {
    let started = seat.project.start_import(&seat.actor, request).await?;
    Ok((StatusCode::ACCEPTED, axum::Json(started)))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct ImportPath {
    /// The import.
    import_id: String,
}

/// Takes an import back: from now on nothing reads its rows.
#[utoipa::path(
    post, path = "/api/v1/projects/{project}/imports/{import_id}/withdraw", tag = "imports",
    params(ProjectPath, ImportPath), request_body = ReasonRequest,
    responses((status = 200, description = "OK", body = Withdrawn), Problems)
)]
async fn withdraw(
    seat: Seat,
    Path(at): Path<ImportPath>,
    Json(request): Json<ReasonRequest>,
) -> Answer<Withdrawn> {
    let Seat { project, actor } = seat;
    let withdrawn = project.withdraw(&actor, &at.import_id, request).await?;
    Ok(axum::Json(withdrawn))
}
