//! Time in the workbench: who went where between two dates, where one member was.

use super::Answer;
use super::customers::CustomerPath;
use super::schemes::SchemeName;
use crate::ask::{
    For, Page, PageParams, Path, ProjectPath, PurposeParam, Query, Seat, Whole, WholeParams,
    some_purpose,
};
use crate::document::Problems;
use crate::download::{self, FileBody, Table};
use crate::problem::Problem;
use crate::shared::Shared;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::Response;
use engine::views::{
    CustomerHistory, MemberHistory, Migration, MigrationMemberPage, MoveKind, PurposeWord,
};
use engine::{EngineError, MigrationAsk, PageAsk};
use retail::Purpose;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(migration))
        .routes(routes!(migration_members))
        .routes(routes!(migration_members_csv))
        .routes(routes!(migration_members_xlsx))
        .routes(routes!(member_history))
        .routes(routes!(customer_history))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Dates {
    /// The earlier date (its end) or instant; the end of the publication before the later one's where not given.
    from: Option<String>,
    /// The later one; now, or the beginning of what is planned last, where not given.
    to: Option<String>,
}

#[derive(Clone, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct MoverFilter {
    /// The earlier date (its end) or instant.
    from: Option<String>,
    /// The later one.
    to: Option<String>,
    /// Members that were in this cluster.
    out_of: Option<i32>,
    /// Members that are in this cluster.
    into: Option<i32>,
    /// Members of whom this became; all that did not stay where not given.
    kind: Option<MoveKind>,
    /// Of customers: why they are looked at; kept in the audit.
    #[param(value_type = Option<PurposeWord>)]
    purpose: Option<String>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct MemberPath {
    /// The scheme.
    scheme: String,
    /// The member.
    member: String,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Why {
    /// Of customers: why they are looked at; kept in the audit.
    #[param(value_type = Option<PurposeWord>)]
    purpose: Option<String>,
}

/// Which members are asked for, by whom.
#[derive(Clone)]
struct Movers {
    seat: Seat,
    scheme: String,
    ask: MigrationAsk,
    purpose: Option<Purpose>,
}

impl FromRequestParts<Shared> for Movers {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, shared: &Shared) -> Result<Self, Problem> {
        let seat = Seat::from_request_parts(parts, shared).await?;
        let Path(SchemeName { scheme }) = Path::from_request_parts(parts, shared).await?;
        let Query(filter) = Query::<MoverFilter>::from_request_parts(parts, shared).await?;
        Ok(Self {
            seat,
            scheme,
            purpose: some_purpose(filter.purpose.as_deref())?,
            ask: MigrationAsk {
                from: filter.from,
                to: filter.to,
                out_of: filter.out_of,
                into: filter.into,
                kind: filter.kind,
            },
        })
    }
}

impl Table for Movers {
    const NAME: &'static str = "scheme-migration";
    type Page = MigrationMemberPage;

    fn project(&self) -> &str {
        self.seat.project.id()
    }

    async fn page(self, ask: PageAsk) -> Result<MigrationMemberPage, EngineError> {
        let Seat { project, actor } = self.seat;
        project
            .migration_members(&actor, &self.scheme, &self.ask, self.purpose, &ask)
            .await
    }
}

/// Who went from which cluster to which between two dates.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/workbench/schemes/{scheme}/migration", tag = "workbench",
    params(ProjectPath, SchemeName, Dates),
    responses((status = 200, description = "OK", body = Migration), Problems)
)]
async fn migration(
    seat: Seat,
    Path(at): Path<SchemeName>,
    Query(dates): Query<Dates>,
) -> Answer<Migration> {
    let ask = MigrationAsk {
        from: dates.from,
        to: dates.to,
        ..MigrationAsk::default()
    };
    let told = seat.project.migration(&seat.actor, &at.scheme, &ask);
    Ok(axum::Json(told.await?))
}

/// The members behind a migration, with the reason of each.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/workbench/schemes/{scheme}/migration/members", tag = "workbench",
    params(ProjectPath, SchemeName, MoverFilter, PageParams),
    responses((status = 200, description = "OK", body = MigrationMemberPage), Problems)
)]
async fn migration_members(asked: Movers, Page(ask): Page) -> Answer<MigrationMemberPage> {
    Ok(axum::Json(asked.page(ask).await?))
}

/// The whole filtered table as csv.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/workbench/schemes/{scheme}/migration/members.csv", tag = "workbench",
    params(ProjectPath, SchemeName, MoverFilter, WholeParams),
    responses((status = 200, description = "OK", body = inline(FileBody), content_type = "text/csv"), Problems)
)]
async fn migration_members_csv(asked: Movers, Whole(ask): Whole) -> Result<Response, Problem> {
    download::csv(asked, ask).await
}

/// The whole filtered table as xlsx.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/workbench/schemes/{scheme}/migration/members.xlsx", tag = "workbench",
    params(ProjectPath, SchemeName, MoverFilter, WholeParams),
    responses((
        status = 200, description = "OK", body = inline(FileBody),
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ), Problems)
)]
async fn migration_members_xlsx(asked: Movers, Whole(ask): Whole) -> Result<Response, Problem> {
    download::xlsx(asked, ask).await
}

/// Where a member of a scheme was.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/workbench/schemes/{scheme}/members/{member}/history", tag = "workbench",
    params(ProjectPath, MemberPath, Why),
    responses((status = 200, description = "OK", body = MemberHistory), Problems)
)]
async fn member_history(
    seat: Seat,
    Path(at): Path<MemberPath>,
    Query(why): Query<Why>,
) -> Answer<MemberHistory> {
    let purpose = some_purpose(why.purpose.as_deref())?;
    let told = seat
        .project
        .member_history(&seat.actor, &at.scheme, &at.member, purpose);
    Ok(axum::Json(told.await?))
}

/// Where a customer was in every scheme of customers.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/customers/{customer_key}/history", tag = "customers",
    params(ProjectPath, CustomerPath, PurposeParam),
    responses((status = 200, description = "OK", body = CustomerHistory), Problems)
)]
async fn customer_history(
    seat: Seat,
    Path(at): Path<CustomerPath>,
    For(purpose): For,
) -> Answer<CustomerHistory> {
    let told = seat
        .project
        .customer_history(&seat.actor, purpose, at.customer_key);
    Ok(axum::Json(told.await?))
}
