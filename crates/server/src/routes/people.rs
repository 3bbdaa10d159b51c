//! People and their roles.

use super::Answer;
use crate::ask::{Json, Path, ProjectPath, Seat};
use crate::document::Problems;
use crate::problem::Problem;
use crate::shared::Shared;
use axum::http::StatusCode;
use engine::views::{NewPerson, Person, PersonChange, PersonCreated, PersonList, ReasonRequest};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(people, add_person))
        .routes(routes!(change_person))
        .routes(routes!(link_person))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct PersonPath {
    /// The person.
    person_id: String,
}

/// People and their roles.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/people", tag = "governance", params(ProjectPath),
    responses((status = 200, description = "OK", body = PersonList), Problems)
)]
async fn people(seat: Seat) -> Answer<PersonList> {
    Ok(axum::Json(seat.project.people(&seat.actor).await?))
}

/// Adds a person.
#[utoipa::path(
    post, path = "/api/v1/projects/{project}/people", tag = "governance",
    params(ProjectPath), request_body = NewPerson,
    responses((status = 201, description = "OK", body = PersonCreated), Problems)
)]
async fn add_person(
    seat: Seat,
    Json(request): Json<NewPerson>,
) -> Result<(StatusCode, axum::Json<PersonCreated>), Problem> {
    let created = seat.project.add_person(&seat.actor, request).await?;
    Ok((StatusCode::CREATED, axum::Json(created)))
}

/// Makes a link that signs a person in once.
#[utoipa::path(
    post, path = "/api/v1/projects/{project}/people/{person_id}/link", tag = "governance",
    params(ProjectPath, PersonPath), request_body = ReasonRequest,
    responses((status = 201, description = "OK", body = PersonCreated), Problems)
)]
async fn link_person(
    seat: Seat,
    Path(at): Path<PersonPath>,
    Json(request): Json<ReasonRequest>,
) -> Result<(StatusCode, axum::Json<PersonCreated>), Problem> {
    let made = seat
        .project
        .link_person(&seat.actor, &at.person_id, request)
        .await?;
    Ok((StatusCode::CREATED, axum::Json(made)))
}

/// Changes roles or closes an account.
#[utoipa::path(
    patch, path = "/api/v1/projects/{project}/people/{person_id}", tag = "governance",
    params(ProjectPath, PersonPath), request_body = PersonChange,
    responses((status = 200, description = "OK", body = Person), Problems)
)]
async fn change_person(
    seat: Seat,
    Path(at): Path<PersonPath>,
    Json(request): Json<PersonChange>,
) -> Answer<Person> {
    Ok(axum::Json(
        seat.project
            .change_person(&seat.actor, &at.person_id, request)
            .await?,
    ))
}
