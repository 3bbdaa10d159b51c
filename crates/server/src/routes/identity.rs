//! Who is whom: the newest run, pairs that wait for a person, one customer's records, what people decide.

use super::Answer;
use super::customers::CustomerPath;
use crate::ask::{
    For, IfMatch, IfMatchParam, Json, Page, PageParams, Path, ProjectPath, PurposeParam, Seat,
};
use crate::document::Problems;
use crate::problem::Problem;
use crate::shared::Shared;
use axum::http::StatusCode;
use engine::views::{
    CustomerIdentity, IdentityDecided, IdentityDecisionRequest, IdentityOverview, IdentityPairPage,
    IdentityRules, IdentityRulesRequest, IdentityRunRequest, JobStarted,
};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(identity))
        .routes(routes!(run_identity))
        .routes(routes!(identity_rules, set_identity_rules))
        .routes(routes!(identity_review))
        .routes(routes!(decide_identity))
        .routes(routes!(customer_identity))
}

/// The newest run about who is whom, and what people decided.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/identity", tag = "identity", params(ProjectPath),
    responses((status = 200, description = "OK", body = IdentityOverview), Problems)
)]
async fn identity(seat: Seat) -> Answer<IdentityOverview> {
    Ok(axum::Json(
        seat.project.identity_overview(&seat.actor).await?,
    ))
}

/// Finds anew which records are one customer.
#[utoipa::path(
    post, path = "/api/v1/projects/{project}/identity/runs", tag = "identity", params(ProjectPath),
    request_body = IdentityRunRequest,
    responses((status = 202, description = "OK", body = JobStarted), Problems)
)]
async fn run_identity(
    seat: Seat,
    Json(request): Json<IdentityRunRequest>,
) -> Result<(StatusCode, axum::Json<JobStarted>), Problem> {
    let started = seat
        .project
        .start_identity_run(&seat.actor, request)
        .await?;
    Ok((StatusCode::ACCEPTED, axum::Json(started)))
}

/// The rules of who is whom.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/identity/rules", tag = "identity", params(ProjectPath),
    responses((status = 200, description = "OK", body = IdentityRules), Problems)
)]
async fn identity_rules(seat: Seat) -> Answer<IdentityRules> {
    Ok(axum::Json(seat.project.identity_rules(&seat.actor).await?))
}

/// Changes the rules from the next run on; whose word counts in a profile holds at once.
#[utoipa::path(
    put, path = "/api/v1/projects/{project}/identity/rules", tag = "identity", params(ProjectPath),
    request_body = IdentityRulesRequest,
    responses((status = 200, description = "OK", body = IdentityRules), Problems)
)]
async fn set_identity_rules(
    seat: Seat,
    Json(request): Json<IdentityRulesRequest>,
) -> Answer<IdentityRules> {
    let told = seat.project.set_identity_rules(&seat.actor, request);
    Ok(axum::Json(told.await?))
}

/// Pairs of records that wait for a person, the likeliest first.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/identity/review", tag = "identity", params(ProjectPath, PageParams),
    responses((status = 200, description = "OK", body = IdentityPairPage), Problems)
)]
async fn identity_review(seat: Seat, Page(ask): Page) -> Answer<IdentityPairPage> {
    Ok(axum::Json(
        seat.project.identity_review(&seat.actor, &ask).await?,
    ))
}

/// Says that records are one customer, or are not, or takes an earlier word back.
#[utoipa::path(
    post, path = "/api/v1/projects/{project}/identity/decisions", tag = "identity",
    params(ProjectPath, IfMatchParam), request_body = IdentityDecisionRequest,
    responses((status = 200, description = "OK", body = IdentityDecided), Problems)
)]
async fn decide_identity(
    seat: Seat,
    IfMatch(after): IfMatch,
    Json(request): Json<IdentityDecisionRequest>,
) -> Answer<IdentityDecided> {
    let decided = seat.project.decide_identity(&seat.actor, after, request);
    Ok(axum::Json(decided.await?))
}

/// The records of one customer, why they are one, and what the profile takes from which.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/customers/{customer_key}/identity", tag = "identity",
    params(ProjectPath, CustomerPath, PurposeParam),
    responses((status = 200, description = "OK", body = CustomerIdentity), Problems)
)]
async fn customer_identity(
    seat: Seat,
    Path(at): Path<CustomerPath>,
    For(purpose): For,
) -> Answer<CustomerIdentity> {
    let told = seat
        .project
        .customer_identity(&seat.actor, purpose, at.customer_key);
    Ok(axum::Json(told.await?))
}
