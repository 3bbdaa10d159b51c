//! The OpenAPI document around the routes: what holds for all of them, and the problems they answer with.
//! It must not name a route.

use crate::problem::{MEDIA_TYPE, Problem, ProblemField};
use std::collections::BTreeMap;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    ComponentsBuilder, ContentBuilder, InfoBuilder, OpenApi, OpenApiBuilder, Ref, RefOr, Response,
    ResponseBuilder, SecurityRequirement,
};
use utoipa::{IntoResponses, PartialSchema, ToSchema};

const DESCRIPTION: &str = "Money is a decimal string with the currency once per object; shares are 0..1; times \
are RFC 3339 UTC. A changing request from a browser session carries the header X-Tessera-CSRF: 1.";

/// The document before any route is in it.
pub(crate) fn start() -> OpenApi {
    let session = ApiKey::Cookie(ApiKeyValue::with_description(
        crate::guard::COOKIE,
        "A browser session, from the one-time link that the terminal prints.",
    ));
    let key = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("An API key, tsr_…"))
        .build();
    let problems = PROBLEMS
        .iter()
        .map(|(_, name, words)| (*name, problem(words)));
    let components = ComponentsBuilder::new()
        .responses_from_iter(problems)
        .schema(Problem::name(), Problem::schema())
        .schema(ProblemField::name(), ProblemField::schema())
        .security_scheme("session", SecurityScheme::ApiKey(session))
        .security_scheme("key", SecurityScheme::Http(key));
    let info = InfoBuilder::new()
        .title("Tessera")
        .version("1")
        .description(Some(DESCRIPTION));
    let none = Vec::<String>::new;
    let security = [
        SecurityRequirement::new("session", none()),
        SecurityRequirement::new("key", none()),
    ];
    OpenApiBuilder::new()
        .info(info)
        .components(Some(components.build()))
        .security(Some(security))
        .build()
}

/// The problems that every route behind the guard can answer with: status, name, words.
const PROBLEMS: &[(&str, &str, &str)] = &[
    ("400", "Unreadable", "Unreadable request"),
    ("401", "Unauthenticated", "Not signed in"),
    ("403", "Refused", "The role does not allow it"),
    ("404", "Missing", "Not found"),
    ("409", "Conflict", "Conflicts with what is there"),
    ("412", "Stale", "Somebody else changed it meanwhile"),
    ("413", "TooLarge", "Too large"),
    ("415", "MediaType", "Not the media type that is read here"),
    ("422", "Invalid", "Understood, but not valid"),
    ("500", "Fault", "The server could not do it"),
    ("503", "TooSlow", "No answer in time"),
];

/// The problems that every route behind the guard can answer with.
pub(crate) struct Problems;

impl IntoResponses for Problems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let named = |(status, name, _): &(&str, &str, _)| {
            (
                status.to_string(),
                RefOr::Ref(Ref::from_response_name(*name)),
            )
        };
        PROBLEMS.iter().map(named).collect()
    }
}

fn problem(words: &str) -> Response {
    let schema = Ref::from_schema_name(Problem::name());
    let content = ContentBuilder::new().schema(Some(schema)).build();
    ResponseBuilder::new()
        .description(words)
        .content(MEDIA_TYPE, content)
        .build()
}
