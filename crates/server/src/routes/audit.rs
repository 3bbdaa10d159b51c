//! The audit log, and whether it is as it was written.

use super::Answer;
use crate::ask::{Page, PageParams, ProjectPath, Seat, Whole, WholeParams};
use crate::document::Problems;
use crate::download::{self, FileBody, Table};
use crate::problem::Problem;
use crate::shared::Shared;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::Response;
use engine::views::{AuditPage, AuditVerdict};
use engine::{EngineError, PageAsk};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(audit))
        .routes(routes!(audit_csv))
        .routes(routes!(audit_xlsx))
        .routes(routes!(verify_audit))
}

/// Which rows are asked for, and by whom.
#[derive(Clone)]
struct Audit {
    seat: Seat,
}

impl FromRequestParts<Shared> for Audit {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, shared: &Shared) -> Result<Self, Problem> {
        let seat = Seat::from_request_parts(parts, shared).await?;
        Ok(Self { seat })
    }
}

impl Table for Audit {
    const NAME: &'static str = "audit";
    type Page = AuditPage;

    fn project(&self) -> &str {
        self.seat.project.id()
    }

    async fn page(self, ask: PageAsk) -> Result<AuditPage, EngineError> {
        let Seat { project, actor } = self.seat;
        project.audit(&actor, &ask).await
    }
}

/// The audit log.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/audit", tag = "governance",
    params(ProjectPath, PageParams),
    responses((status = 200, description = "OK", body = AuditPage), Problems)
)]
async fn audit(asked: Audit, Page(ask): Page) -> Answer<AuditPage> {
    Ok(axum::Json(asked.page(ask).await?))
}

/// The whole filtered table as csv.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/audit.csv", tag = "governance",
    params(ProjectPath, WholeParams),
    responses((status = 200, description = "OK", body = inline(FileBody), content_type = "text/csv"), Problems)
)]
async fn audit_csv(asked: Audit, Whole(ask): Whole) -> Result<Response, Problem> {
    download::csv(asked, ask).await
}

/// The whole filtered table as xlsx.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/audit.xlsx", tag = "governance",
    params(ProjectPath, WholeParams),
    responses((
        status = 200, description = "OK", body = inline(FileBody),
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ), Problems)
)]
async fn audit_xlsx(asked: Audit, Whole(ask): Whole) -> Result<Response, Problem> {
    download::xlsx(asked, ask).await
}

/// Checks the hash chain of the audit log.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/audit/verify", tag = "governance", params(ProjectPath),
    responses((status = 200, description = "OK", body = AuditVerdict), Problems)
)]
async fn verify_audit(seat: Seat) -> Answer<AuditVerdict> {
    Ok(axum::Json(seat.project.verify_audit(&seat.actor).await?))
}
