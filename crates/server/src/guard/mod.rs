//! What stands before every route: known host names, credentials, the header against forged requests,
//! limits on time and on sign-ins, and the frame of headers around every answer.
//! It must not know what a route does.

mod admission;
mod frame;
mod hosts;
mod login_limit;
mod patience;

pub(crate) use admission::{COOKIE, admission};
pub(crate) use frame::{frame, panicked};
pub(crate) use hosts::known_hosts;
pub(crate) use login_limit::LoginLimit;
pub(crate) use patience::patience;
