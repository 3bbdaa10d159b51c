//! Newcomers of a run of a scheme: members with a thin history or none, and where each would be placed.

use super::Answer;
use super::schemes::ScenarioPath;
use crate::ask::{Path, ProjectPath, Query, Seat, some_purpose};
use crate::document::Problems;
use crate::shared::Shared;
use engine::NewcomerAsk;
use engine::views::{Newcomers, PurposeWord};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(newcomers))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// How they are placed: auto, like, model, largest or tightest; auto takes the way that does best on members whose
    /// cluster is known.
    method: Option<String>,
    /// A history is thin that began fewer days before; 0 for never.
    days: Option<u32>,
    /// A history is thin that has fewer receipts; 0 for never.
    receipts: Option<u32>,
    /// How much attributes count, 0 to 100, as in format=3,lat=0; the others keep their weight.
    weights: Option<String>,
    /// Of customers: why they are looked at; kept in the audit.
    #[param(value_type = Option<PurposeWord>)]
    purpose: Option<String>,
    /// Newcomers listed at most, up to 2,000.
    limit: Option<usize>,
}

/// Newcomers of a run and where each would be placed.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/workbench/schemes/{scheme}/runs/{run}/newcomers", tag = "workbench",
    params(ProjectPath, ScenarioPath, Wanted),
    responses((status = 200, description = "OK", body = Newcomers), Problems)
)]
async fn newcomers(
    seat: Seat,
    Path(at): Path<ScenarioPath>,
    Query(wanted): Query<Wanted>,
) -> Answer<Newcomers> {
    let ask = NewcomerAsk {
        purpose: some_purpose(wanted.purpose.as_deref())?,
        way: wanted.method,
        days: wanted.days,
        receipts: wanted.receipts,
        weights: wanted.weights,
        limit: wanted.limit,
    };
    let told = seat
        .project
        .scheme_newcomers(&seat.actor, &at.scheme, &at.run, &ask);
    Ok(axum::Json(told.await?))
}
