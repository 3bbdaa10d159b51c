//! What one customer did over all channels, and what is known of them in their words.

use super::Answer;
use super::customers::CustomerPath;
use crate::ask::{For, Page, PageParams, Path, ProjectPath, PurposeParam, Query, Seat};
use crate::document::Problems;
use crate::shared::Shared;
use engine::views::{CustomerLetter, Timeline};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(timeline))
        .routes(routes!(customer_letter))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct OfChannel {
    /// Rows of one channel: shop, web, app, email, service, survey, ad, review, social, event (what happens in the real world, as a workshop).
    channel: Option<String>,
}

/// What one customer did over all channels, the newest first.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/customers/{customer_key}/timeline", tag = "customers",
    params(ProjectPath, CustomerPath, PurposeParam, OfChannel, PageParams),
    responses((status = 200, description = "OK", body = Timeline), Problems)
)]
async fn timeline(
    seat: Seat,
    Path(at): Path<CustomerPath>,
    For(purpose): For,
    Query(of): Query<OfChannel>,
    Page(ask): Page,
) -> Answer<Timeline> {
    let told = seat.project.timeline(
        &seat.actor,
        purpose,
        at.customer_key,
        of.channel.as_deref(),
        &ask,
    );
    Ok(axum::Json(told.await?))
}

/// What is known of a customer, as the customer would read it; for the purposes service and privacy_request.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/customers/{customer_key}/letter", tag = "customers",
    params(ProjectPath, CustomerPath, PurposeParam),
    responses((status = 200, description = "OK", body = CustomerLetter), Problems)
)]
async fn customer_letter(
    seat: Seat,
    Path(at): Path<CustomerPath>,
    For(purpose): For,
) -> Answer<CustomerLetter> {
    let told = seat
        .project
        .customer_letter(&seat.actor, purpose, at.customer_key);
    Ok(axum::Json(told.await?))
}
