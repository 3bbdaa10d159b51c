//! All routes with what stands around them, and the document that comes from the same registrations.

use crate::ask::{BYTES_MAX, KnownQueries, only_known_queries};
use crate::guard::{LoginLimit, admission, frame, known_hosts, panicked, patience};
use crate::shared::{Inner, Shared};
use crate::{ServerError, ServerSettings, document, download, pages, routes};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use engine::Workspaces;
use std::sync::Arc;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;

/// The routes, each with its place in the document: those for everybody, those behind the guard.
fn parts() -> (OpenApiRouter<Shared>, OpenApiRouter<Shared>) {
    (
        OpenApiRouter::with_openapi(document::start()).merge(routes::open()),
        routes::guarded(),
    )
}

/// The OpenAPI 3.1 document of every route.
pub fn openapi() -> OpenApi {
    let (open, guarded) = parts();
    open.merge(guarded).into_openapi()
}

/// The server as a service, without listening.
pub fn router(
    workspaces: Arc<Workspaces>,
    settings: &ServerSettings,
) -> Result<Router, ServerError> {
    let document = openapi();
    let shared = Shared::new(Inner {
        workspaces,
        access: settings.access().map_err(ServerError::Settings)?,
        logins: LoginLimit::default(),
        queries: KnownQueries::new(&document),
        document: document
            .to_pretty_json()
            .map_err(|cause| ServerError::Settings(cause.to_string()))?,
    });
    let (open, guarded) = parts();
    let guarded = guarded
        .layer(from_fn_with_state(shared.clone(), only_known_queries))
        .layer(from_fn(patience))
        .layer(from_fn(admission))
        .layer(DefaultBodyLimit::max(BYTES_MAX));
    let (router, _) = open.merge(guarded).split_for_parts();
    let small = DefaultPredicate::new()
        .and(NotForContentType::const_new(download::XLSX))
        .and(NotForContentType::const_new("font/"));
    Ok(router
        .method_not_allowed_fallback(pages::no_such_method)
        .fallback(pages::page)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(shared.clone(), known_hosts))
        .layer(from_fn(frame))
        .layer(CompressionLayer::new().compress_when(small))
        .with_state(shared))
}
