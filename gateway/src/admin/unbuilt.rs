//! Paths of ImageKit's API that are known and not built yet: they say so with 501, so that a caller can tell it
//! from a mistake of its own.

use super::{Route, reply::Refusal};
use axum::routing::{MethodRouter, get, post};
use std::convert::Infallible;

pub(super) fn routes() -> Vec<Route> {
    let route = |method: &'static str, path, what: &'static str| {
        let answer = move || async move { Refusal::not_built(what) };
        let answer: MethodRouter<_, Infallible> = match method {
            "POST" => post(answer),
            _ => get(answer),
        };
        Route { method, path, answer }
    };
    vec![
        route("POST", "/v1/files/purge", "Purging"),
        route("GET", "/v1/files/purge/{requestId}", "Asking for a purge"),
        route("GET", "/v1/metadata", "Reading metadata"),
        route("GET", "/v1/files/{fileId}/metadata", "Reading the metadata of a file"),
        route("GET", "/v1/accounts/usage", "Usage"),
        route("GET", "/v1/accounts/usage-analytics", "Usage analytics"),
    ]
}
