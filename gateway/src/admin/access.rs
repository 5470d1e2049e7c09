//! No access key, no answer: under `/v1` the server is asked about the key before the path, the method or the
//! body is looked at, so that nothing about them can be learnt without one.

use super::{
    Admin,
    call::{Caller, answer},
    reply::Refusal,
};
use crate::request_id::RequestId;
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use darkroom_api::v1::{ListUrlEndpointsRequest, url_endpoint_service_client::UrlEndpointServiceClient};
use std::sync::Arc;

/// Lets a request pass that needs no key, or whose key the server takes.
pub(crate) async fn demand(State(admin): State<Arc<Admin>>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if path != "/v1" && !path.starts_with("/v1/") {
        return next.run(request).await;
    }
    let id = request.extensions().get::<RequestId>().cloned();
    let id = id.unwrap_or_else(|| RequestId::of(request.headers()));
    let Some(caller) = Caller::of(request.headers(), id) else {
        return Refusal::no_access_key().into_response();
    };
    // The cheapest call that demands a key.
    let question = ListUrlEndpointsRequest { page_size: 1, page_token: String::new() };
    let mut client = UrlEndpointServiceClient::new(admin.transport.clone());
    if let Err(failure) = answer(&admin, client.list_url_endpoints(caller.request(question))).await {
        return Refusal::of(failure, |_| None).into_response();
    }
    request.extensions_mut().insert(caller);
    next.run(request).await
}
