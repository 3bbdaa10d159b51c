//! The product finder: one call a step, and keeping what a customer declared.

use super::Answer;
use crate::ask::{Json, ProjectPath, Query, Seat, some_purpose};
use crate::document::Problems;
use crate::problem::Problem;
use crate::shared::Shared;
use engine::views::{
    FinderForgetRequest, FinderForgotten, FinderKeepRequest, FinderKept, FinderRequest, FinderStep,
};
use retail::Purpose;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(find_products))
        .routes(routes!(keep_finder_answers))
        .routes(routes!(forget_finder_answers))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ForWhat {
    /// Why a person is looked at, where a customer is named: personalisation or service.
    purpose: Option<String>,
}

impl ForWhat {
    fn purpose(&self) -> Result<Option<Purpose>, Problem> {
        some_purpose(self.purpose.as_deref())
    }
}

/// The next question, and the products that the answers so far speak for.
#[utoipa::path(
    post, path = "/api/v1/projects/{project}/finder", tag = "products", params(ProjectPath, ForWhat),
    request_body = FinderRequest,
    responses((status = 200, description = "OK", body = FinderStep), Problems)
)]
async fn find_products(
    seat: Seat,
    Query(what): Query<ForWhat>,
    Json(request): Json<FinderRequest>,
) -> Answer<FinderStep> {
    let told = seat
        .project
        .find_products(&seat.actor, what.purpose()?, request);
    Ok(axum::Json(told.await?))
}

/// Keeps the answers of a customer as what they declared.
#[utoipa::path(
    post, path = "/api/v1/projects/{project}/finder/answers", tag = "products", params(ProjectPath, ForWhat),
    request_body = FinderKeepRequest,
    responses((status = 200, description = "OK", body = FinderKept), Problems)
)]
async fn keep_finder_answers(
    seat: Seat,
    Query(what): Query<ForWhat>,
    Json(request): Json<FinderKeepRequest>,
) -> Answer<FinderKept> {
    let kept = seat
        .project
        .keep_finder_answers(&seat.actor, what.purpose()?, request);
    Ok(axum::Json(kept.await?))
}

/// Takes answers back that were kept; they count no more from the next run on.
#[utoipa::path(
    post, path = "/api/v1/projects/{project}/finder/answers/forget", tag = "products", params(ProjectPath, ForWhat),
    request_body = FinderForgetRequest,
    responses((status = 200, description = "OK", body = FinderForgotten), Problems)
)]
async fn forget_finder_answers(
    seat: Seat,
    Query(what): Query<ForWhat>,
    Json(request): Json<FinderForgetRequest>,
) -> Answer<FinderForgotten> {
    let gone = seat
        .project
        .forget_finder_answers(&seat.actor, what.purpose()?, request);
    Ok(axum::Json(gone.await?))
}
