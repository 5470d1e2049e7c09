//! The admin listener: the REST management API under `/v1`, and what operators and their machines ask for.
//!
//! REST here is ImageKit's: its paths, its JSON, its messages. Everything under `/v1` demands an access key
//! before anything else is looked at, paths that do not exist among it; the server decides about the key.

mod access;
mod call;
mod fields;
mod named_transformation_json;
mod named_transformations;
mod open;
mod origin_json;
mod origins;
mod reply;
mod unbuilt;
mod url_endpoint_json;
mod url_endpoints;

use crate::{
    config::Config,
    gateway::{Metrics, Ready},
    transport::Transport,
};
use axum::{
    Router,
    extract::{Request, State},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{MethodRouter, delete, get, patch, post, put},
};
use futures::FutureExt;
use http::{HeaderValue, header};
use reply::Refusal;
use std::{panic::AssertUnwindSafe, sync::Arc};

/// What answering management requests takes.
pub(crate) struct Admin {
    pub(crate) transport: Transport,
    pub(crate) config: Config,
    pub(crate) metrics: Metrics,
    pub(crate) ready: Ready,
}

/// One method of one path. `openapi.json` describes exactly these; a test compares them.
struct Route {
    #[cfg_attr(not(test), expect(dead_code, reason = "the test that compares them reads it"))]
    method: &'static str,
    path: &'static str,
    answer: MethodRouter<Arc<Admin>>,
}

fn routes() -> Vec<Route> {
    let route = |method, path, answer| Route { method, path, answer };
    let mut routes = vec![
        route("GET", "/", get(open::landing)),
        route("GET", "/healthz", get(open::alive)),
        route("GET", "/readyz", get(open::ready)),
        route("GET", "/metrics", get(open::metrics)),
        route("GET", "/openapi.json", get(open::openapi)),
        route("GET", "/v1/accounts/origins", get(origins::list)),
        route("POST", "/v1/accounts/origins", post(origins::create)),
        route("GET", "/v1/accounts/origins/{id}", get(origins::read)),
        route("PUT", "/v1/accounts/origins/{id}", put(origins::replace)),
        route("DELETE", "/v1/accounts/origins/{id}", delete(origins::remove)),
        route("POST", "/v1/accounts/origins/{id}/check", post(origins::check)),
        route("GET", "/v1/accounts/url-endpoints", get(url_endpoints::list)),
        route("POST", "/v1/accounts/url-endpoints", post(url_endpoints::create)),
        route("GET", "/v1/accounts/url-endpoints/{id}", get(url_endpoints::read)),
        route("PUT", "/v1/accounts/url-endpoints/{id}", put(url_endpoints::replace)),
        route("DELETE", "/v1/accounts/url-endpoints/{id}", delete(url_endpoints::remove)),
        route("GET", "/v1/named-transformations", get(named_transformations::list)),
        route("POST", "/v1/named-transformations", post(named_transformations::create)),
        route("GET", "/v1/named-transformations/{id}", get(named_transformations::read)),
        route("PATCH", "/v1/named-transformations/{id}", patch(named_transformations::change)),
        route("DELETE", "/v1/named-transformations/{id}", delete(named_transformations::remove)),
    ];
    routes.extend(unbuilt::routes());
    routes
}

/// The router of the admin listener.
pub(crate) fn router(admin: Arc<Admin>) -> Router {
    routes()
        .into_iter()
        .fold(Router::new(), |router, Route { path, answer, method: _ }| router.route(path, answer))
        .fallback(|| async { Refusal::no_such_path() })
        .method_not_allowed_fallback(|| async { Refusal::method_not_allowed() })
        .layer(from_fn_with_state(Arc::clone(&admin), access::demand))
        .layer(from_fn_with_state(Arc::clone(&admin), guard))
        .layer(from_fn(name_and_harden))
        .with_state(admin)
}

// Every answer has a name, and none is cached or guessed at.
async fn name_and_harden(request: Request, next: Next) -> Response {
    let id = crate::request_id::RequestId::of(request.headers());
    let mut request = request;
    request.extensions_mut().insert(id.clone());
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let mut response = next.run(request).await;
    let fields = response.headers_mut();
    fields.insert("request-id", id.value());
    fields.insert("x-ik-requestid", id.value());
    fields.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    fields.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    fields.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    let status = response.status().as_u16();
    tracing::info!(request_id = %id, %method, path, status, "answered on the admin address");
    metrics::counter!("darkroom_admin_requests_total", "status" => status.to_string()).increment(1);
    response
}

// A request that is malformed, or that panics, ends itself and nothing else.
async fn guard(State(admin): State<Arc<Admin>>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    if let Err(malformed) = crate::protocol::place(&parts, &admin.config) {
        return Refusal::from(malformed).into_response();
    }
    let answer = AssertUnwindSafe(next.run(Request::from_parts(parts, body))).catch_unwind().await;
    answer.unwrap_or_else(|_| Refusal::internal().into_response())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_openapi_document_describes_every_route_and_no_other() {
        let document: serde_json::Value = serde_json::from_str(open::OPENAPI).expect("the document is JSON");
        let described: BTreeSet<String> = document["paths"]
            .as_object()
            .expect("paths is an object")
            .iter()
            .flat_map(|(path, item)| {
                let methods = item.as_object().expect("a path is an object").keys();
                methods.filter(|key| *key != "parameters").map(move |key| format!("{} {path}", key.to_uppercase()))
            })
            .collect();
        let routed: BTreeSet<String> =
            routes().iter().map(|Route { method, path, answer: _ }| format!("{method} {path}")).collect();
        assert_eq!(described, routed);
    }
}
