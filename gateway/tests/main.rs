//! The gateway over real sockets, before fake services.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod delivery;
mod errors;
mod fakes;
mod hostile;
mod open;
mod patience;
mod remote;
mod rest;
mod rest_origins;
mod rest_url_endpoints;
mod wire;
