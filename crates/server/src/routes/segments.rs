//! Schemes of clusters: what they are, what they are called, what was done to them.

use super::Answer;
use crate::ask::{Json, Path, ProjectPath, Query, Seat};
use crate::document::Problems;
use crate::shared::Shared;
use engine::views::{RenameRequest, Renamed, Scheme, SchemeHistory, SchemeList};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(schemes))
        .routes(routes!(scheme))
        .routes(routes!(rename))
        .routes(routes!(scheme_history))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct SchemePath {
    /// The scheme.
    pub scheme: String,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct ClusterPath {
    /// The scheme.
    scheme: String,
    /// The cluster.
    cluster: i32,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct AsOf {
    /// The day or instant to look back to; absent for now.
    as_of: Option<String>,
}

/// Schemes.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/segments", tag = "segments", params(ProjectPath),
    responses((status = 200, description = "OK", body = SchemeList), Problems)
)]
async fn schemes(seat: Seat) -> Answer<SchemeList> {
    Ok(axum::Json(seat.project.schemes(&seat.actor).await?))
}

/// One scheme with its clusters.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/segments/{scheme}", tag = "segments",
    params(ProjectPath, SchemePath, AsOf),
    responses((status = 200, description = "OK", body = Scheme), Problems)
)]
async fn scheme(
    seat: Seat,
    Path(at): Path<SchemePath>,
    Query(query): Query<AsOf>,
) -> Answer<Scheme> {
    Ok(axum::Json(
        seat.project
            .scheme(&seat.actor, &at.scheme, query.as_of.as_deref())
            .await?,
    ))
}

/// Renames a cluster.
#[utoipa::path(
    post, path = "/api/v1/projects/{project}/segments/{scheme}/clusters/{cluster}/rename", tag = "segments",
    params(ProjectPath, ClusterPath), request_body = RenameRequest,
    responses((status = 200, description = "OK", body = Renamed), Problems)
)]
async fn rename(
    seat: Seat,
    Path(at): Path<ClusterPath>,
    Json(request): Json<RenameRequest>,
) -> Answer<Renamed> {
    Ok(axum::Json(
        seat.project
            .rename(&seat.actor, &at.scheme, at.cluster, request)
            .await?,
    ))
}

/// What was done to a scheme.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/segments/{scheme}/history", tag = "segments",
    params(ProjectPath, SchemePath),
    responses((status = 200, description = "OK", body = SchemeHistory), Problems)
)]
async fn scheme_history(seat: Seat, Path(at): Path<SchemePath>) -> Answer<SchemeHistory> {
    Ok(axum::Json(
        seat.project.scheme_history(&seat.actor, &at.scheme).await?,
    ))
}
