//! Members of a scheme, as pages and as files.

use super::Answer;
use super::segments::SchemePath;
use crate::ask::{
    For, Page, PageParams, Path, ProjectPath, PurposeParam, Query, Seat, Whole, WholeParams,
};
use crate::document::Problems;
use crate::download::{self, FileBody, Table};
use crate::problem::Problem;
use crate::shared::Shared;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::Response;
use engine::views::MemberPage;
use engine::{EngineError, PageAsk};
use retail::Purpose;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(members))
        .routes(routes!(members_csv))
        .routes(routes!(members_xlsx))
}

#[derive(Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct MemberFilter {
    /// Members of one cluster.
    cluster: Option<i32>,
}

/// Which members are asked for, by whom, for what.
#[derive(Clone)]
struct Members {
    seat: Seat,
    scheme: String,
    purpose: Purpose,
    cluster: Option<i32>,
}

impl FromRequestParts<Shared> for Members {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, shared: &Shared) -> Result<Self, Problem> {
        let seat = Seat::from_request_parts(parts, shared).await?;
        let Path(SchemePath { scheme }) = Path::from_request_parts(parts, shared).await?;
        let For(purpose) = For::from_request_parts(parts, shared).await?;
        let Query(MemberFilter { cluster }) = Query::from_request_parts(parts, shared).await?;
        Ok(Self {
            seat,
            scheme,
            purpose,
            cluster,
        })
    }
}

impl Table for Members {
    const NAME: &'static str = "members";
    type Page = MemberPage;

    fn project(&self) -> &str {
        self.seat.project.id()
    }

    async fn page(self, ask: PageAsk) -> Result<MemberPage, EngineError> {
        let Seat { project, actor } = self.seat;
        project
            .members(&actor, &self.scheme, self.purpose, self.cluster, &ask)
            .await
    }
}

/// Members of a scheme.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/segments/{scheme}/members", tag = "segments",
    params(ProjectPath, SchemePath, PurposeParam, MemberFilter, PageParams),
    responses((status = 200, description = "OK", body = MemberPage), Problems)
)]
async fn members(asked: Members, Page(ask): Page) -> Answer<MemberPage> {
    Ok(axum::Json(asked.page(ask).await?))
}

/// The whole filtered table as csv.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/segments/{scheme}/members.csv", tag = "segments",
    params(ProjectPath, SchemePath, PurposeParam, MemberFilter, WholeParams),
    responses((status = 200, description = "OK", body = inline(FileBody), content_type = "text/csv"), Problems)
)]
async fn members_csv(asked: Members, Whole(ask): Whole) -> Result<Response, Problem> {
    download::csv(asked, ask).await
}

/// The whole filtered table as xlsx.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/segments/{scheme}/members.xlsx", tag = "segments",
    params(ProjectPath, SchemePath, PurposeParam, MemberFilter, WholeParams),
    responses((
        status = 200, description = "OK", body = inline(FileBody),
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ), Problems)
)]
async fn members_xlsx(asked: Members, Whole(ask): Whole) -> Result<Response, Problem> {
    download::xlsx(asked, ask).await
}
