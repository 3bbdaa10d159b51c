//! Customers whose genes moved between two dates, as pages and as files.

use super::Answer;
use crate::ask::{
    For, Page, PageParams, ProjectPath, PurposeParam, Query, Seat, Whole, WholeParams,
};
use crate::document::Problems;
use crate::download::{self, FileBody, Table};
use crate::problem::Problem;
use crate::shared::Shared;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::Response;
use engine::views::AlertPage;
use engine::{AlertAsk, EngineError, PageAsk};
use retail::Purpose;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(genome_alerts))
        .routes(routes!(genome_alerts_csv))
        .routes(routes!(genome_alerts_xlsx))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Moved {
    /// The first date (its end) or instant; that of the genomes before the second where not given.
    from: Option<String>,
    /// The second; the newest where not given.
    to: Option<String>,
    /// Genes of this attribute alone.
    attribute: Option<String>,
    /// Genes of this value alone.
    value: Option<String>,
}

/// Which rows are asked for, and by whom.
#[derive(Clone)]
struct Alerts {
    seat: Seat,
    purpose: Purpose,
    asked: AlertAsk,
}

impl FromRequestParts<Shared> for Alerts {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, shared: &Shared) -> Result<Self, Problem> {
        let seat = Seat::from_request_parts(parts, shared).await?;
        let For(purpose) = For::from_request_parts(parts, shared).await?;
        let Query(moved) = Query::<Moved>::from_request_parts(parts, shared).await?;
        let asked = AlertAsk {
            from: moved.from,
            to: moved.to,
            attribute: moved.attribute,
            value: moved.value,
        };
        Ok(Self {
            seat,
            purpose,
            asked,
        })
    }
}

impl Table for Alerts {
    const NAME: &'static str = "alerts";
    type Page = AlertPage;

    fn project(&self) -> &str {
        self.seat.project.id()
    }

    async fn page(self, ask: PageAsk) -> Result<AlertPage, EngineError> {
        let Seat { project, actor } = self.seat;
        project
            .genome_alerts(&actor, self.purpose, &self.asked, &ask)
            .await
    }
}

/// Customers whose genes moved by as much as an alert asks; q is a customer key.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/genome/alerts", tag = "genome",
    params(ProjectPath, PurposeParam, Moved, PageParams),
    responses((status = 200, description = "OK", body = AlertPage), Problems)
)]
async fn genome_alerts(asked: Alerts, Page(ask): Page) -> Answer<AlertPage> {
    Ok(axum::Json(asked.page(ask).await?))
}

/// The whole filtered table as csv.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/genome/alerts.csv", tag = "genome",
    params(ProjectPath, PurposeParam, Moved, WholeParams),
    responses((status = 200, description = "OK", body = inline(FileBody), content_type = "text/csv"), Problems)
)]
async fn genome_alerts_csv(asked: Alerts, Whole(ask): Whole) -> Result<Response, Problem> {
    download::csv(asked, ask).await
}

/// The whole filtered table as xlsx.
#[utoipa::path(
    get, path = "/api/v1/projects/{project}/genome/alerts.xlsx", tag = "genome",
    params(ProjectPath, PurposeParam, Moved, WholeParams),
    responses((
        status = 200, description = "OK", body = inline(FileBody),
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ), Problems)
)]
async fn genome_alerts_xlsx(asked: Alerts, Whole(ask): Whole) -> Result<Response, Problem> {
    download::xlsx(asked, ask).await
}
