//! The story of a project, and the health of its feeds.

use super::Answer;
use crate::ask::{ProjectPath, Seat};
use crate::document::Problems;
use crate::shared::Shared;
use engine::views::{FeedList, Home};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(home))
        .routes(routes!(feeds))
}

/// The story of the project.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/home", tag = "home", params(ProjectPath),
    responses((status = 200, description = "OK", body = Home), Problems)
)]
async fn home(seat: Seat) -> Answer<Home> {
    Ok(axum::Json(seat.project.home(&seat.actor).await?))
}

/// Health of each feed.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/feeds", tag = "imports", params(ProjectPath),
    responses((status = 200, description = "OK", body = FeedList), Problems)
)]
async fn feeds(seat: Seat) -> Answer<FeedList> {
    Ok(axum::Json(seat.project.feeds(&seat.actor).await?))
}
