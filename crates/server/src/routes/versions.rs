//! Past versions of a scheme: the list, one, two held against each other, and going back to one.

use super::Answer;
use super::schemes::SchemeName;
use crate::ask::{IfMatch, IfMatchParam, Json, Path, ProjectPath, Query, Seat};
use crate::document::Problems;
use crate::shared::Shared;
use engine::views::{RestoreRequest, Restored, SchemeVersion, SchemeVersions, VersionDiff};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(scheme_versions))
        .routes(routes!(scheme_version))
        .routes(routes!(version_diff))
        .routes(routes!(restore_version))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct VersionPath {
    /// The scheme.
    scheme: String,
    /// The version's number.
    version: i64,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct OfCluster {
    /// Versions that name this cluster.
    cluster: Option<i32>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Against {
    /// The other version; what holds now where not given.
    against: Option<i64>,
}

/// The versions of a scheme: who decided what, when and why, and whether each is as it was written.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/workbench/schemes/{scheme}/versions", tag = "workbench",
    params(ProjectPath, SchemeName, OfCluster),
    responses((status = 200, description = "OK", body = SchemeVersions), Problems)
)]
async fn scheme_versions(
    seat: Seat,
    Path(at): Path<SchemeName>,
    Query(of): Query<OfCluster>,
) -> Answer<SchemeVersions> {
    let all = seat
        .project
        .scheme_versions(&seat.actor, &at.scheme, of.cluster);
    Ok(axum::Json(all.await?))
}

/// A scheme as it was in a version.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/workbench/schemes/{scheme}/versions/{version}", tag = "workbench",
    params(ProjectPath, VersionPath),
    responses((status = 200, description = "OK", body = SchemeVersion), Problems)
)]
async fn scheme_version(seat: Seat, Path(at): Path<VersionPath>) -> Answer<SchemeVersion> {
    let one = seat
        .project
        .scheme_version(&seat.actor, &at.scheme, at.version);
    Ok(axum::Json(one.await?))
}

/// Two versions of a scheme held against each other.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/workbench/schemes/{scheme}/versions/{version}/diff", tag = "workbench",
    params(ProjectPath, VersionPath, Against),
    responses((status = 200, description = "OK", body = VersionDiff), Problems)
)]
async fn version_diff(
    seat: Seat,
    Path(at): Path<VersionPath>,
    Query(other): Query<Against>,
) -> Answer<VersionDiff> {
    let Seat { project, actor } = &seat;
    let told = project.version_diff(actor, &at.scheme, (at.version, other.against));
    Ok(axum::Json(told.await?))
}

/// Goes back to a version of a scheme, as a new version; nothing is rewritten.
#[utoipa::path(
    post, path = "/api/v1/projects/{project}/workbench/schemes/{scheme}/versions/{version}/restore", tag = "workbench",
    params(ProjectPath, VersionPath, IfMatchParam), request_body = RestoreRequest,
    responses((status = 200, description = "OK", body = Restored), Problems)
)]
async fn restore_version(
    seat: Seat,
    Path(at): Path<VersionPath>,
    IfMatch(seen): IfMatch,
    Json(request): Json<RestoreRequest>,
) -> Answer<Restored> {
    let done = seat
        .project
        .restore_version(&seat.actor, &at.scheme, at.version, seen, request);
    Ok(axum::Json(done.await?))
}
