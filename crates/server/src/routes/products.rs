//! Products: the list, as pages and as files, and one product on a page.

use super::Answer;
use super::demand::ProductPath;
use crate::ask::{Page, PageParams, Path, ProjectPath, Query, Seat, Whole, WholeParams};
use crate::document::Problems;
use crate::download::{self, FileBody, Table};
use crate::problem::Problem;
use crate::shared::Shared;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::Response;
use engine::views::{ProductFile, ProductHeard, ProductPage};
use engine::{EngineError, PageAsk};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(products))
        .routes(routes!(products_csv))
        .routes(routes!(products_xlsx))
        .routes(routes!(product))
        .routes(routes!(product_heard))
}

/// Which rows are asked for, and by whom.
#[derive(Clone)]
struct Products {
    seat: Seat,
}

impl FromRequestParts<Shared> for Products {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, shared: &Shared) -> Result<Self, Problem> {
        let seat = Seat::from_request_parts(parts, shared).await?;
        Ok(Self { seat })
    }
}

impl Table for Products {
    const NAME: &'static str = "products";
    type Page = ProductPage;

    fn project(&self) -> &str {
        self.seat.project.id()
    }

    async fn page(self, ask: PageAsk) -> Result<ProductPage, EngineError> {
        let Seat { project, actor } = self.seat;
        project.products(&actor, &ask).await
    }
}

/// Products, the best seller first.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/products", tag = "products",
    params(ProjectPath, PageParams),
    responses((status = 200, description = "OK", body = ProductPage), Problems)
)]
async fn products(asked: Products, Page(ask): Page) -> Answer<ProductPage> {
    Ok(axum::Json(asked.page(ask).await?))
}

/// The whole filtered table as csv.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/products.csv", tag = "products",
    params(ProjectPath, WholeParams),
    responses((status = 200, description = "OK", body = inline(FileBody), content_type = "text/csv"), Problems)
)]
async fn products_csv(asked: Products, Whole(ask): Whole) -> Result<Response, Problem> {
    download::csv(asked, ask).await
}

/// The whole filtered table as xlsx.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/products.xlsx", tag = "products",
    params(ProjectPath, WholeParams),
    responses((
        status = 200, description = "OK", body = inline(FileBody),
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ), Problems)
)]
async fn products_xlsx(asked: Products, Whole(ask): Whole) -> Result<Response, Problem> {
    download::xlsx(asked, ask).await
}

/// One product: what it is, attribute by attribute with the evidence, and who buys it.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/products/{product}", tag = "products",
    params(ProjectPath, ProductPath, OnDay),
    responses((status = 200, description = "OK", body = ProductFile), Problems)
)]
async fn product(
    seat: Seat,
    Path(of): Path<ProductPath>,
    Query(when): Query<OnDay>,
) -> Answer<ProductFile> {
    let told = seat
        .project
        .product(&seat.actor, &of.product, when.on.as_deref());
    Ok(axum::Json(told.await?))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct OnDay {
    /// As of this day; today where not given.
    on: Option<String>,
}

/// What customers see in a product, beside what is stated of it.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/products/{product}/heard", tag = "products",
    params(ProjectPath, ProductPath, OnDay),
    responses((status = 200, description = "OK", body = ProductHeard), Problems)
)]
async fn product_heard(
    seat: Seat,
    Path(of): Path<ProductPath>,
    Query(when): Query<OnDay>,
) -> Answer<ProductHeard> {
    let told = seat
        .project
        .product_heard(&seat.actor, &of.product, when.on.as_deref());
    Ok(axum::Json(told.await?))
}
