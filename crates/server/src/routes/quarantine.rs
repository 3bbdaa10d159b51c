//! Rows that were set aside, as pages and as files, their second chance, and giving them up.

use super::Answer;
use crate::ask::{
    For, Json, Page, PageParams, ProjectPath, PurposeParam, Query, Seat, Whole, WholeParams,
};
use crate::document::Problems;
use crate::download::{self, FileBody, Table};
use crate::problem::Problem;
use crate::shared::Shared;
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use engine::views::{
    DropRequest, Dropped, JobStarted, QuarantineAsk, QuarantinePage, QuarantineState, ReplayRequest,
};
use engine::{EngineError, PageAsk};
use retail::Purpose;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(quarantine))
        .routes(routes!(quarantine_csv))
        .routes(routes!(quarantine_xlsx))
        .routes(routes!(replay))
        .routes(routes!(drop_rows))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct QuarantineFilter {
    /// Rows of one import.
    import_id: Option<String>,
    /// Rows set aside for one reason.
    reason_code: Option<String>,
    /// Rows in this state; absent for any.
    state: Option<QuarantineState>,
}

/// Which rows are asked for, by whom, for what: they are raw and may name people.
#[derive(Clone)]
struct Quarantine {
    seat: Seat,
    purpose: Purpose,
    filter: QuarantineAsk,
}

impl FromRequestParts<Shared> for Quarantine {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, shared: &Shared) -> Result<Self, Problem> {
        let seat = Seat::from_request_parts(parts, shared).await?;
        let For(purpose) = For::from_request_parts(parts, shared).await?;
        let Query(filter) = Query::<QuarantineFilter>::from_request_parts(parts, shared).await?;
        let QuarantineFilter {
            import_id,
            reason_code,
            state,
        } = filter;
        let filter = QuarantineAsk {
            import_id,
            reason_code,
            state,
        };
        Ok(Self {
            seat,
            purpose,
            filter,
        })
    }
}

impl Table for Quarantine {
    const NAME: &'static str = "quarantine";
    type Page = QuarantinePage;

    fn project(&self) -> &str {
        self.seat.project.id()
    }

    async fn page(self, ask: PageAsk) -> Result<QuarantinePage, EngineError> {
        let Seat { project, actor } = self.seat;
        project
            .quarantine(&actor, self.purpose, &self.filter, &ask)
            .await
    }
}

/// Rows that were set aside, with reasons.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/quarantine", tag = "imports",
    params(ProjectPath, PurposeParam, QuarantineFilter, PageParams),
    responses((status = 200, description = "OK", body = QuarantinePage), Problems)
)]
async fn quarantine(asked: Quarantine, Page(ask): Page) -> Answer<QuarantinePage> {
    Ok(axum::Json(asked.page(ask).await?))
}

/// The whole filtered table as csv.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/quarantine.csv", tag = "imports",
    params(ProjectPath, PurposeParam, QuarantineFilter, WholeParams),
    responses((status = 200, description = "OK", body = inline(FileBody), content_type = "text/csv"), Problems)
)]
async fn quarantine_csv(asked: Quarantine, Whole(ask): Whole) -> Result<Response, Problem> {
    download::csv(asked, ask).await
}

/// The whole filtered table as xlsx.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/quarantine.xlsx", tag = "imports",
    params(ProjectPath, PurposeParam, QuarantineFilter, WholeParams),
    responses((
        status = 200, description = "OK", body = inline(FileBody),
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ), Problems)
)]
async fn quarantine_xlsx(asked: Quarantine, Whole(ask): Whole) -> Result<Response, Problem> {
    download::xlsx(asked, ask).await
}

/// Gives quarantined rows a second chance.
#[utoipa::path(
    post, path = "/api/v1/projects/{project}/quarantine/replay", tag = "imports",
    params(ProjectPath), request_body = ReplayRequest,
    responses((status = 202, description = "OK", body = JobStarted), Problems)
)]
async fn replay(
    seat: Seat,
    Json(request): Json<ReplayRequest>,
) -> Result<(StatusCode, axum::Json<JobStarted>), Problem> {
    let started = seat.project.replay(&seat.actor, request).await?;
    Ok((StatusCode::ACCEPTED, axum::Json(started)))
}

/// Gives up quarantined rows that wait.
#[utoipa::path(
    post, path = "/api/v1/projects/{project}/quarantine/drop", tag = "imports",
    params(ProjectPath), request_body = DropRequest,
    responses((status = 200, description = "OK", body = Dropped), Problems)
)]
async fn drop_rows(seat: Seat, Json(request): Json<DropRequest>) -> Answer<Dropped> {
    let Seat { project, actor } = seat;
    Ok(axum::Json(project.drop_quarantined(&actor, request).await?))
}
