//! Customers, as pages and as files, and one of them.

use super::Answer;
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
use engine::views::{CustomerCard, CustomerPage};
use engine::{EngineError, PageAsk};
use retail::Purpose;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(customers))
        .routes(routes!(customers_csv))
        .routes(routes!(customers_xlsx))
        .routes(routes!(customer))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct CustomerPath {
    /// The customer.
    pub customer_key: i64,
}

/// Which rows are asked for, and by whom.
#[derive(Clone)]
struct Customers {
    seat: Seat,
    purpose: Purpose,
}

impl FromRequestParts<Shared> for Customers {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, shared: &Shared) -> Result<Self, Problem> {
        let seat = Seat::from_request_parts(parts, shared).await?;
        let For(purpose) = For::from_request_parts(parts, shared).await?;
        Ok(Self { seat, purpose })
    }
}

impl Table for Customers {
    const NAME: &'static str = "customers";
    type Page = CustomerPage;

    fn project(&self) -> &str {
        self.seat.project.id()
    }

    async fn page(self, ask: PageAsk) -> Result<CustomerPage, EngineError> {
        let Seat { project, actor } = self.seat;
        project.customers(&actor, self.purpose, &ask).await
    }
}

/// Customers; q is a customer key.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/customers", tag = "customers",
    params(ProjectPath, PurposeParam, PageParams),
    responses((status = 200, description = "OK", body = CustomerPage), Problems)
)]
async fn customers(asked: Customers, Page(ask): Page) -> Answer<CustomerPage> {
    Ok(axum::Json(asked.page(ask).await?))
}

/// The whole filtered table as csv.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/customers.csv", tag = "customers",
    params(ProjectPath, PurposeParam, WholeParams),
    responses((status = 200, description = "OK", body = inline(FileBody), content_type = "text/csv"), Problems)
)]
async fn customers_csv(asked: Customers, Whole(ask): Whole) -> Result<Response, Problem> {
    download::csv(asked, ask).await
}

/// The whole filtered table as xlsx.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/customers.xlsx", tag = "customers",
    params(ProjectPath, PurposeParam, WholeParams),
    responses((
        status = 200, description = "OK", body = inline(FileBody),
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ), Problems)
)]
async fn customers_xlsx(asked: Customers, Whole(ask): Whole) -> Result<Response, Problem> {
    download::xlsx(asked, ask).await
}

/// One customer.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/customers/{customer_key}", tag = "customers",
    params(ProjectPath, CustomerPath, PurposeParam),
    responses((status = 200, description = "OK", body = CustomerCard), Problems)
)]
async fn customer(
    seat: Seat,
    Path(at): Path<CustomerPath>,
    For(purpose): For,
) -> Answer<CustomerCard> {
    Ok(axum::Json(
        seat.project
            .customer(&seat.actor, purpose, at.customer_key)
            .await?,
    ))
}
