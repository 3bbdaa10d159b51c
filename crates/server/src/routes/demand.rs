//! Products: who stands for whom, what goes together, where demand goes.

use super::Answer;
use crate::ask::{Json, Path, ProjectPath, Query, Seat};
use crate::document::Problems;
use crate::problem::Problem;
use crate::shared::Shared;
use axum::http::StatusCode;
use engine::views::{
    DemandCategoryFile, DemandCommunities, DemandListsFile, DemandOverview, DemandProductFile,
    DemandRunRequest, JobStarted,
};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(demand))
        .routes(routes!(run_demand))
        .routes(routes!(demand_category))
        .routes(routes!(demand_lists))
        .routes(routes!(demand_product))
        .routes(routes!(demand_communities))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct OfCategory {
    /// The category's path, or its last part where only one has it; the one with most purchases where not given.
    category: Option<String>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct ProductPath {
    /// The product's code.
    pub product: String,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct BesideScheme {
    /// A scheme of products of the workbench.
    scheme: Option<String>,
}

/// The newest run about demand.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/demand", tag = "demand", params(ProjectPath),
    responses((status = 200, description = "OK", body = DemandOverview), Problems)
)]
async fn demand(seat: Seat) -> Answer<DemandOverview> {
    Ok(axum::Json(seat.project.demand_overview(&seat.actor).await?))
}

/// Finds it anew.
#[utoipa::path(
    post, path = "/api/v1/projects/{project}/demand/runs", tag = "demand", params(ProjectPath),
    request_body = DemandRunRequest,
    responses((status = 202, description = "OK", body = JobStarted), Problems)
)]
async fn run_demand(
    seat: Seat,
    Json(request): Json<DemandRunRequest>,
) -> Result<(StatusCode, axum::Json<JobStarted>), Problem> {
    let started = seat.project.start_demand_run(&seat.actor, request).await?;
    Ok((StatusCode::ACCEPTED, axum::Json(started)))
}

/// A category with its tree.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/demand/category", tag = "demand",
    params(ProjectPath, OfCategory),
    responses((status = 200, description = "OK", body = DemandCategoryFile), Problems)
)]
async fn demand_category(seat: Seat, Query(of): Query<OfCategory>) -> Answer<DemandCategoryFile> {
    Ok(axum::Json(
        seat.project
            .demand_category(&seat.actor, of.category.as_deref())
            .await?,
    ))
}

/// The two lists of every product of a category.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/demand/lists", tag = "demand",
    params(ProjectPath, OfCategory),
    responses((status = 200, description = "OK", body = DemandListsFile), Problems)
)]
async fn demand_lists(seat: Seat, Query(of): Query<OfCategory>) -> Answer<DemandListsFile> {
    Ok(axum::Json(
        seat.project
            .demand_lists(&seat.actor, of.category.as_deref())
            .await?,
    ))
}

/// A product: its two lists, and where its demand goes.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/demand/products/{product}", tag = "demand",
    params(ProjectPath, ProductPath),
    responses((status = 200, description = "OK", body = DemandProductFile), Problems)
)]
async fn demand_product(seat: Seat, Path(of): Path<ProductPath>) -> Answer<DemandProductFile> {
    Ok(axum::Json(
        seat.project
            .demand_product(&seat.actor, &of.product)
            .await?,
    ))
}

/// Products clustered by co-purchase.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/demand/communities", tag = "demand",
    params(ProjectPath, BesideScheme),
    responses((status = 200, description = "OK", body = DemandCommunities), Problems)
)]
async fn demand_communities(
    seat: Seat,
    Query(beside): Query<BesideScheme>,
) -> Answer<DemandCommunities> {
    let found = seat
        .project
        .demand_communities(&seat.actor, beside.scheme.as_deref());
    Ok(axum::Json(found.await?))
}
