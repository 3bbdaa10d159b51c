//! The server over the real engine, asked as a client would ask it. It must not look inside.
#![allow(clippy::unwrap_used)]

mod data;
mod files;
mod house;
mod matrix;
mod openapi;
mod serving;
mod sessions;
mod shapes;
mod versions;
