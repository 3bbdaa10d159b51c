//! The tree of nouns. A route reads the request, asks the engine, writes the answer; each is registered
//! once, with its place in the OpenAPI document. It must not hold a rule.

mod alerts;
mod audit;
mod customers;
mod demand;
mod dna;
mod drivers;
mod finder;
mod genome;
mod hands;
mod home;
mod identity;
mod imports;
mod jobs;
mod keys;
mod life;
mod members;
mod migration;
mod newcomers;
mod people;
mod products;
mod quarantine;
mod receipts;
mod runs;
mod schemes;
mod segments;
mod service;
mod session;
mod sql;
mod timeline;
mod uploads;
mod versions;

use crate::pages;
use crate::problem::Problem;
use crate::shared::Shared;
use utoipa_axum::router::OpenApiRouter;

/// An answer of JSON, or a problem.
type Answer<T> = Result<axum::Json<T>, Problem>;

/// Routes for everybody.
pub(crate) fn open() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .merge(service::routes())
        .merge(pages::routes())
}

/// Routes for those who bring credentials.
pub(crate) fn guarded() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .merge(session::routes())
        .merge(home::routes())
        .merge(imports::routes())
        .merge(uploads::routes())
        .merge(jobs::routes())
        .merge(runs::routes())
        .merge(quarantine::routes())
        .merge(segments::routes())
        .merge(members::routes())
        .merge(schemes::routes())
        .merge(hands::routes())
        .merge(newcomers::routes())
        .merge(demand::routes())
        .merge(products::routes())
        .merge(dna::routes())
        .merge(drivers::routes())
        .merge(finder::routes())
        .merge(migration::routes())
        .merge(versions::routes())
        .merge(customers::routes())
        .merge(identity::routes())
        .merge(genome::routes())
        .merge(alerts::routes())
        .merge(timeline::routes())
        .merge(life::routes())
        .merge(receipts::routes())
        .merge(audit::routes())
        .merge(people::routes())
        .merge(keys::routes())
        .merge(sql::routes())
}
