//! The gateway over real sockets, before fake services.
#![allow(
    clippy::unwrap_used,
    clippy::unnecessary_wraps,
    clippy::doc_markdown,
    clippy::too_many_lines,
    reason = "tests are tables, and fail by panicking"
)]

mod delivery;
mod errors;
mod fakes;
mod hits;
mod hostile;
mod open;
mod patience;
mod remote;
mod rest;
mod rest_named_transformations;
mod rest_origin_refusals;
mod rest_origins;
mod rest_url_endpoints;
mod wire;
