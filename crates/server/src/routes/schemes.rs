//! The clustering workbench: recipes, runs, scenarios and the steps towards live.

use super::Answer;
use crate::ask::{Json, Path, ProjectPath, Query, Seat};
use crate::document::Problems;
use crate::problem::Problem;
use crate::shared::Shared;
use axum::http::StatusCode;
use engine::views::{
    Board, Comparison, JobStarted, RecipeList, RecipeParts, RecipeRequest, RecipeRow, RecipeSize,
    RecipeSizeRequest, ScenarioRow, ScheduleRequest, ScheduleRow, SchemeAgreement, SchemeFile,
    SchemeHealth, SchemeRunRequest, SchemeStanding, SchemeWorths, StandingRequest, StepRequest,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(recipe_parts))
        .routes(routes!(recipe_size))
        .routes(routes!(workbench))
        .routes(routes!(scheme_file))
        .routes(routes!(save_recipe))
        .routes(routes!(run_scheme))
        .routes(routes!(set_schedule))
        .routes(routes!(board))
        .routes(routes!(step_scenario))
        .routes(routes!(compare))
        .routes(routes!(scheme_agreement))
        .routes(routes!(scheme_health))
        .routes(routes!(mark_scheme))
        .routes(routes!(scheme_worths))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct SchemeName {
    /// The scheme.
    pub scheme: String,
}

#[derive(Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct ScenarioPath {
    /// The scheme.
    pub scheme: String,
    /// The run: its id, `live` or `newest`.
    pub run: String,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Then {
    /// Beside the run `live`: what was live at this date (its end) or instant.
    on: Option<String>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Two {
    /// The first run: its id, `live` or `newest`; the live one where not given.
    a: Option<String>,
    /// The second; the newest where not given.
    b: Option<String>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Which {
    /// Whether those that were removed are listed, too.
    all: Option<bool>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct WithScheme {
    /// The other scheme, of the same kind of members; there must be one.
    with: Option<String>,
}

/// When a scheme is run again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub(crate) struct ScheduleSet {
    /// Absent where it is not.
    schedule: Option<ScheduleRow>,
}

/// What recipes can be made of.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/workbench/parts", tag = "workbench", params(ProjectPath),
    responses((status = 200, description = "OK", body = RecipeParts), Problems)
)]
async fn recipe_parts(seat: Seat) -> Answer<RecipeParts> {
    Ok(axum::Json(seat.project.recipe_parts(&seat.actor).await?))
}

/// How many members a recipe that is being written would keep, of rules in each cell. Nothing is saved.
#[utoipa::path(
    post, path = "/api/v1/projects/{project}/workbench/size", tag = "workbench",
    params(ProjectPath), request_body = RecipeSizeRequest,
    responses((status = 200, description = "OK", body = RecipeSize), Problems)
)]
async fn recipe_size(seat: Seat, Json(request): Json<RecipeSizeRequest>) -> Answer<RecipeSize> {
    Ok(axum::Json(
        seat.project.recipe_size(&seat.actor, &request).await?,
    ))
}

/// The schemes of the workbench.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/workbench/schemes", tag = "workbench", params(ProjectPath, Which),
    responses((status = 200, description = "OK", body = RecipeList), Problems)
)]
async fn workbench(seat: Seat, Query(which): Query<Which>) -> Answer<RecipeList> {
    let all = which.all.unwrap_or_default();
    let list = seat.project.workbench_schemes(&seat.actor, all);
    Ok(axum::Json(list.await?))
}

/// What the clusters of the live schemes are worth, and how that changed since the publications before.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/workbench/worth", tag = "workbench", params(ProjectPath),
    responses((status = 200, description = "OK", body = SchemeWorths), Problems)
)]
async fn scheme_worths(seat: Seat) -> Answer<SchemeWorths> {
    Ok(axum::Json(seat.project.scheme_worths(&seat.actor).await?))
}

/// Retires a scheme, removes it from the lists, or brings it back. Nothing is deleted.
#[utoipa::path(
    put, path = "/api/v1/projects/{project}/workbench/schemes/{scheme}/standing", tag = "workbench",
    params(ProjectPath, SchemeName), request_body = StandingRequest,
    responses((status = 200, description = "OK", body = SchemeStanding), Problems)
)]
async fn mark_scheme(
    seat: Seat,
    Path(at): Path<SchemeName>,
    Json(request): Json<StandingRequest>,
) -> Answer<SchemeStanding> {
    let marked = seat.project.mark_scheme(&seat.actor, &at.scheme, request);
    Ok(axum::Json(marked.await?))
}

/// One scheme with what was decided about it.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/workbench/schemes/{scheme}", tag = "workbench",
    params(ProjectPath, SchemeName),
    responses((status = 200, description = "OK", body = SchemeFile), Problems)
)]
async fn scheme_file(seat: Seat, Path(at): Path<SchemeName>) -> Answer<SchemeFile> {
    Ok(axum::Json(
        seat.project.scheme_file(&seat.actor, &at.scheme).await?,
    ))
}

/// Saves a recipe.
#[utoipa::path(
    put, path = "/api/v1/projects/{project}/workbench/schemes/{scheme}/recipe", tag = "workbench",
    params(ProjectPath, SchemeName), request_body = RecipeRequest,
    responses((status = 200, description = "OK", body = RecipeRow), Problems)
)]
async fn save_recipe(
    seat: Seat,
    Path(at): Path<SchemeName>,
    Json(request): Json<RecipeRequest>,
) -> Answer<RecipeRow> {
    Ok(axum::Json(
        seat.project
            .save_recipe(&seat.actor, &at.scheme, request)
            .await?,
    ))
}

/// Runs a scheme.
#[utoipa::path(
    post, path = "/api/v1/projects/{project}/workbench/schemes/{scheme}/runs", tag = "workbench",
    params(ProjectPath, SchemeName), request_body = SchemeRunRequest,
    responses((status = 202, description = "OK", body = JobStarted), Problems)
)]
async fn run_scheme(
    seat: Seat,
    Path(at): Path<SchemeName>,
    Json(request): Json<SchemeRunRequest>,
) -> Result<(StatusCode, axum::Json<JobStarted>), Problem> {
    let started = seat
        .project
        .start_scheme_run(&seat.actor, &at.scheme, request)
        .await?;
    Ok((StatusCode::ACCEPTED, axum::Json(started)))
}

/// Sets when a scheme is run again.
#[utoipa::path(
    put, path = "/api/v1/projects/{project}/workbench/schemes/{scheme}/schedule", tag = "workbench",
    params(ProjectPath, SchemeName), request_body = ScheduleRequest,
    responses((status = 200, description = "OK", body = ScheduleSet), Problems)
)]
async fn set_schedule(
    seat: Seat,
    Path(at): Path<SchemeName>,
    Json(request): Json<ScheduleRequest>,
) -> Answer<ScheduleSet> {
    let schedule = seat
        .project
        .set_schedule(&seat.actor, &at.scheme, request)
        .await?;
    Ok(axum::Json(ScheduleSet { schedule }))
}

/// A run of a scheme with the changes since.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/workbench/schemes/{scheme}/runs/{run}", tag = "workbench",
    params(ProjectPath, ScenarioPath, Then),
    responses((status = 200, description = "OK", body = Board), Problems)
)]
async fn board(
    seat: Seat,
    Path(at): Path<ScenarioPath>,
    Query(then): Query<Then>,
) -> Answer<Board> {
    let Seat { project, actor } = &seat;
    let run = project.run_on(actor, &at.scheme, &at.run, then.on.as_deref());
    let run = run.await?;
    let board = project.scheme_board(actor, &at.scheme, &run);
    Ok(axum::Json(board.await?))
}

/// Takes a scenario a step on.
#[utoipa::path(
    post, path = "/api/v1/projects/{project}/workbench/schemes/{scheme}/runs/{run}/steps", tag = "workbench",
    params(ProjectPath, ScenarioPath), request_body = StepRequest,
    responses((status = 200, description = "OK", body = ScenarioRow), Problems)
)]
async fn step_scenario(
    seat: Seat,
    Path(at): Path<ScenarioPath>,
    Json(request): Json<StepRequest>,
) -> Answer<ScenarioRow> {
    Ok(axum::Json(
        seat.project
            .step_scenario(&seat.actor, &at.scheme, &at.run, request)
            .await?,
    ))
}

/// How well the live run of a scheme still fits.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/workbench/schemes/{scheme}/health", tag = "workbench",
    params(ProjectPath, SchemeName),
    responses((status = 200, description = "OK", body = SchemeHealth), Problems)
)]
async fn scheme_health(seat: Seat, Path(at): Path<SchemeName>) -> Answer<SchemeHealth> {
    Ok(axum::Json(
        seat.project.scheme_health(&seat.actor, &at.scheme).await?,
    ))
}

/// Two runs of a scheme side by side.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/workbench/schemes/{scheme}/compare", tag = "workbench",
    params(ProjectPath, SchemeName, Two),
    responses((status = 200, description = "OK", body = Comparison), Problems)
)]
async fn compare(
    seat: Seat,
    Path(at): Path<SchemeName>,
    Query(two): Query<Two>,
) -> Answer<Comparison> {
    let (a, b) = (
        two.a.as_deref().unwrap_or("live"),
        two.b.as_deref().unwrap_or("newest"),
    );
    let told = seat
        .project
        .compare_scenarios(&seat.actor, &at.scheme, a, b);
    Ok(axum::Json(told.await?))
}

/// How far a scheme groups the same members as another does.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/workbench/schemes/{scheme}/agreement", tag = "workbench",
    params(ProjectPath, SchemeName, WithScheme),
    responses((status = 200, description = "OK", body = SchemeAgreement), Problems)
)]
async fn scheme_agreement(
    seat: Seat,
    Path(at): Path<SchemeName>,
    Query(two): Query<WithScheme>,
) -> Answer<SchemeAgreement> {
    let other = two.with.as_deref().unwrap_or_default();
    let told = seat
        .project
        .scheme_agreement(&seat.actor, &at.scheme, other);
    Ok(axum::Json(told.await?))
}
