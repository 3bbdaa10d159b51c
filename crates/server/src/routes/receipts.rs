//! Receipts of one customer, as pages and as files.

use super::Answer;
use super::customers::CustomerPath;
use crate::ask::{
    For, Page, PageParams, Path, ProjectPath, PurposeParam, Seat, Whole, WholeParams,
};
use crate::document::Problems;
use crate::download::{self, FileBody, Table};
use crate::problem::Problem;
use crate::shared::Shared;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::Response;
use engine::views::ReceiptPage;
use engine::{EngineError, PageAsk};
use retail::Purpose;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(receipts))
        .routes(routes!(receipts_csv))
        .routes(routes!(receipts_xlsx))
}

/// Which rows are asked for, and by whom.
#[derive(Clone)]
struct Receipts {
    seat: Seat,
    purpose: Purpose,
    customer_key: i64,
}

impl FromRequestParts<Shared> for Receipts {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, shared: &Shared) -> Result<Self, Problem> {
        let seat = Seat::from_request_parts(parts, shared).await?;
        let For(purpose) = For::from_request_parts(parts, shared).await?;
        let Path(CustomerPath { customer_key }) = Path::from_request_parts(parts, shared).await?;
        Ok(Self {
            seat,
            purpose,
            customer_key,
        })
    }
}

impl Table for Receipts {
    const NAME: &'static str = "receipts";
    type Page = ReceiptPage;

    fn project(&self) -> &str {
        self.seat.project.id()
    }

    async fn page(self, ask: PageAsk) -> Result<ReceiptPage, EngineError> {
        let Seat { project, actor } = self.seat;
        project
            .receipts(&actor, self.purpose, self.customer_key, &ask)
            .await
    }
}

/// Receipts of one customer.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/customers/{customer_key}/receipts", tag = "customers",
    params(ProjectPath, CustomerPath, PurposeParam, PageParams),
    responses((status = 200, description = "OK", body = ReceiptPage), Problems)
)]
async fn receipts(asked: Receipts, Page(ask): Page) -> Answer<ReceiptPage> {
    Ok(axum::Json(asked.page(ask).await?))
}

/// The whole filtered table as csv.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/customers/{customer_key}/receipts.csv", tag = "customers",
    params(ProjectPath, CustomerPath, PurposeParam, WholeParams),
    responses((status = 200, description = "OK", body = inline(FileBody), content_type = "text/csv"), Problems)
)]
async fn receipts_csv(asked: Receipts, Whole(ask): Whole) -> Result<Response, Problem> {
    download::csv(asked, ask).await
}

/// The whole filtered table as xlsx.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/customers/{customer_key}/receipts.xlsx", tag = "customers",
    params(ProjectPath, CustomerPath, PurposeParam, WholeParams),
    responses((
        status = 200, description = "OK", body = inline(FileBody),
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ), Problems)
)]
async fn receipts_xlsx(asked: Receipts, Whole(ask): Whole) -> Result<Response, Problem> {
    download::xlsx(asked, ask).await
}
