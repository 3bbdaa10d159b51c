//! What every request can reach: the projects, what follows from the settings, the limiter of sign-ins, the
//! document. It must not hold what a request brings along.

use crate::ask::KnownQueries;
use crate::guard::LoginLimit;
use crate::settings::Access;
use engine::Workspaces;
use std::sync::Arc;

/// What every request can reach.
#[derive(Clone)]
pub(crate) struct Shared(Arc<Inner>);

pub(crate) struct Inner {
    /// The projects this process serves.
    pub workspaces: Arc<Workspaces>,
    /// What follows from the settings.
    pub access: Access,
    /// How often an address may try to sign in.
    pub logins: LoginLimit,
    /// The OpenAPI document as it is sent.
    pub document: String,
    /// The query names that each route documents.
    pub queries: KnownQueries,
}

impl Shared {
    pub fn new(inner: Inner) -> Self {
        Self(Arc::new(inner))
    }
}

impl std::ops::Deref for Shared {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}
