//! Paths of ImageKit's API that are known and not built yet: they say so with 501, so that a caller can tell it
//! from a mistake of its own.

use super::{Route, reply::Refusal};
use axum::routing::{MethodRouter, delete, get, patch, post};
use std::convert::Infallible;

pub(super) fn routes() -> Vec<Route> {
    const NAMED: &str = "/v1/named-transformations";
    const NAMED_ONE: &str = "/v1/named-transformations/{id}";
    let route = |method: &'static str, path, what: &'static str| {
        let answer = move || async move { Refusal::not_built(what) };
        let answer: MethodRouter<_, Infallible> = match method {
            "POST" => post(answer),
            "PATCH" => patch(answer),
            "DELETE" => delete(answer),
            _ => get(answer),
        };
        Route { method, path, answer }
    };
    vec![
        route("GET", NAMED, "Listing named transformations"),
        route("POST", NAMED, "Adding a named transformation"),
        route("GET", NAMED_ONE, "Reading a named transformation"),
        route("PATCH", NAMED_ONE, "Changing a named transformation"),
        route("DELETE", NAMED_ONE, "Deleting a named transformation"),
        route("POST", "/v1/files/purge", "Purging"),
        route("GET", "/v1/files/purge/{requestId}", "Asking for a purge"),
        route("GET", "/v1/metadata", "Reading metadata"),
        route("GET", "/v1/files/{fileId}/metadata", "Reading the metadata of a file"),
        route("GET", "/v1/accounts/usage", "Usage"),
        route("GET", "/v1/accounts/usage-analytics", "Usage analytics"),
    ]
}
