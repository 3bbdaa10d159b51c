//! The members of a scheme, why each is where it is, and people's changes of them.

use super::Answer;
use super::schemes::{ScenarioPath, SchemeName};
use crate::ask::{
    IfMatch, IfMatchParam, Json, Page, PageParams, Path, ProjectPath, Query, Seat, Whole,
    WholeParams, some_purpose,
};
use crate::document::Problems;
use crate::download::{self, FileBody, Table};
use crate::problem::Problem;
use crate::shared::Shared;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::Response;
use engine::views::{
    BoardMemberPage, HandCost, HandList, HandPreview, HandRequest, HandSaved, MemberReasons,
    PurposeWord, ReasonRequest,
};
use engine::{EngineError, PageAsk, RunAt};
use retail::Purpose;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(board_members))
        .routes(routes!(board_members_csv))
        .routes(routes!(board_members_xlsx))
        .routes(routes!(member_reasons))
        .routes(routes!(preview_hand))
        .routes(routes!(save_hand))
        .routes(routes!(hands))
        .routes(routes!(undo_hand))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct MemberPath {
    /// The scheme.
    scheme: String,
    /// The run: its id, `live` or `newest`.
    run: String,
    /// The member.
    member: String,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct HandPath {
    /// The scheme.
    scheme: String,
    /// The change's number.
    seq: i64,
}

#[derive(Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct MemberFilter {
    /// Members of one cluster.
    cluster: Option<i32>,
    /// Beside the run `live`: of what was live at this date (its end) or instant.
    on: Option<String>,
    /// Of customers: why they are looked at; kept in the audit.
    #[param(value_type = Option<PurposeWord>)]
    purpose: Option<String>,
}

/// Which members are asked for, by whom.
#[derive(Clone)]
struct Members {
    seat: Seat,
    scheme: String,
    at: RunAt,
    purpose: Option<Purpose>,
    cluster: Option<i32>,
}

impl FromRequestParts<Shared> for Members {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, shared: &Shared) -> Result<Self, Problem> {
        let seat = Seat::from_request_parts(parts, shared).await?;
        let Path(at) = Path::<ScenarioPath>::from_request_parts(parts, shared).await?;
        let Query(filter) = Query::<MemberFilter>::from_request_parts(parts, shared).await?;
        let (project, on) = (&seat.project, filter.on.as_deref());
        let run = project.run_on(&seat.actor, &at.scheme, &at.run, on);
        Ok(Self {
            at: run.await?,
            scheme: at.scheme,
            seat,
            purpose: some_purpose(filter.purpose.as_deref())?,
            cluster: filter.cluster,
        })
    }
}

impl Table for Members {
    const NAME: &'static str = "scheme-members";
    type Page = BoardMemberPage;

    fn project(&self) -> &str {
        self.seat.project.id()
    }

    async fn page(self, ask: PageAsk) -> Result<BoardMemberPage, EngineError> {
        let Seat { project, actor } = self.seat;
        project
            .board_members(
                &actor,
                &self.scheme,
                &self.at,
                self.purpose,
                self.cluster,
                &ask,
            )
            .await
    }
}

/// Members of a run of a scheme.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/workbench/schemes/{scheme}/runs/{run}/members", tag = "workbench",
    params(ProjectPath, ScenarioPath, MemberFilter, PageParams),
    responses((status = 200, description = "OK", body = BoardMemberPage), Problems)
)]
async fn board_members(asked: Members, Page(ask): Page) -> Answer<BoardMemberPage> {
    Ok(axum::Json(asked.page(ask).await?))
}

/// The whole filtered table as csv.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/workbench/schemes/{scheme}/runs/{run}/members.csv", tag = "workbench",
    params(ProjectPath, ScenarioPath, MemberFilter, WholeParams),
    responses((status = 200, description = "OK", body = inline(FileBody), content_type = "text/csv"), Problems)
)]
async fn board_members_csv(asked: Members, Whole(ask): Whole) -> Result<Response, Problem> {
    download::csv(asked, ask).await
}

/// The whole filtered table as xlsx.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/workbench/schemes/{scheme}/runs/{run}/members.xlsx", tag = "workbench",
    params(ProjectPath, ScenarioPath, MemberFilter, WholeParams),
    responses((
        status = 200, description = "OK", body = inline(FileBody),
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ), Problems)
)]
async fn board_members_xlsx(asked: Members, Whole(ask): Whole) -> Result<Response, Problem> {
    download::xlsx(asked, ask).await
}

/// Why a member is where it is.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/workbench/schemes/{scheme}/runs/{run}/reasons/{member}", tag = "workbench",
    params(ProjectPath, MemberPath, MemberFilter),
    responses((status = 200, description = "OK", body = MemberReasons), Problems)
)]
async fn member_reasons(
    seat: Seat,
    Path(at): Path<MemberPath>,
    Query(filter): Query<MemberFilter>,
) -> Answer<MemberReasons> {
    let purpose = some_purpose(filter.purpose.as_deref())?;
    let Seat { project, actor } = &seat;
    let run = project.run_on(actor, &at.scheme, &at.run, filter.on.as_deref());
    let run = run.await?;
    let told = project.member_reasons(actor, &at.scheme, &run, &at.member, purpose);
    Ok(axum::Json(told.await?))
}

/// What a change by hand would cost.
#[utoipa::path(
    post, path = "/api/v1/projects/{project}/workbench/schemes/{scheme}/runs/{run}/hands/preview", tag = "workbench",
    params(ProjectPath, ScenarioPath), request_body = HandPreview,
    responses((status = 200, description = "OK", body = HandCost), Problems)
)]
async fn preview_hand(
    seat: Seat,
    Path(at): Path<ScenarioPath>,
    Json(request): Json<HandPreview>,
) -> Answer<HandCost> {
    let cost = seat
        .project
        .preview_hand(&seat.actor, &at.scheme, &at.run, request.hand)
        .await?;
    Ok(axum::Json(cost))
}

/// Saves a change by hand.
#[utoipa::path(
    post, path = "/api/v1/projects/{project}/workbench/schemes/{scheme}/runs/{run}/hands", tag = "workbench",
    params(ProjectPath, ScenarioPath, IfMatchParam), request_body = HandRequest,
    responses((status = 200, description = "OK", body = HandSaved), Problems)
)]
async fn save_hand(
    seat: Seat,
    Path(at): Path<ScenarioPath>,
    IfMatch(after): IfMatch,
    Json(request): Json<HandRequest>,
) -> Answer<HandSaved> {
    let saved = seat
        .project
        .save_hand(&seat.actor, &at.scheme, &at.run, after, request)
        .await?;
    Ok(axum::Json(saved))
}

/// The changes by hand of a scheme.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/workbench/schemes/{scheme}/hands", tag = "workbench",
    params(ProjectPath, SchemeName),
    responses((status = 200, description = "OK", body = HandList), Problems)
)]
async fn hands(seat: Seat, Path(at): Path<SchemeName>) -> Answer<HandList> {
    Ok(axum::Json(
        seat.project.hands(&seat.actor, &at.scheme).await?,
    ))
}

/// Undoes a change by hand.
#[utoipa::path(
    post, path = "/api/v1/projects/{project}/workbench/schemes/{scheme}/hands/{seq}/undo", tag = "workbench",
    params(ProjectPath, HandPath, IfMatchParam), request_body = ReasonRequest,
    responses((status = 200, description = "OK", body = HandSaved), Problems)
)]
async fn undo_hand(
    seat: Seat,
    Path(at): Path<HandPath>,
    IfMatch(after): IfMatch,
    Json(request): Json<ReasonRequest>,
) -> Answer<HandSaved> {
    let undone = seat
        .project
        .undo_hand(&seat.actor, &at.scheme, at.seq, after, &request.reason);
    Ok(axum::Json(undone.await?))
}
