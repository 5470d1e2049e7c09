//! What needs no access key: whether the process lives and is ready, its metrics, what there is.

use super::Admin;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use http::{StatusCode, header};
use std::sync::Arc;

/// The description of every path of the admin listener.
pub(crate) const OPENAPI: &str = include_str!("openapi.json");
const LANDING: &str = include_str!("landing.html");
/// Nothing is loaded and no other site may frame it.
const LANDING_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

/// The process lives.
pub(crate) async fn alive() -> &'static str {
    "ok\n"
}

/// It can do its work, and is not about to stop.
pub(crate) async fn ready(State(admin): State<Arc<Admin>>) -> (StatusCode, &'static str) {
    if (admin.ready)() { (StatusCode::OK, "ready\n") } else { (StatusCode::SERVICE_UNAVAILABLE, "not ready\n") }
}

/// Prometheus' text format. Without a key, because that is how it is scraped; it holds numbers and no names.
pub(crate) async fn metrics(State(admin): State<Arc<Admin>>) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], (admin.metrics)()).into_response()
}

/// The OpenAPI document.
pub(crate) async fn openapi() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], OPENAPI).into_response()
}

/// Where one is, for a person who opens the address.
pub(crate) async fn landing() -> Response {
    let page = LANDING.replace("{version}", env!("CARGO_PKG_VERSION"));
    let fields =
        [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CONTENT_SECURITY_POLICY, LANDING_POLICY)];
    (fields, page).into_response()
}
