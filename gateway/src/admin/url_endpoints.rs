//! `/v1/accounts/url-endpoints`.

use super::{
    Admin,
    call::{Caller, answer, fields, id, is_validate_only},
    reply::Refusal,
    url_endpoint_json::{UrlEndpointJson, read as read_url_endpoint, update_mask},
};
use crate::error::{Failure, row};
use axum::{
    Extension, Json,
    extract::{Path, Request, State, rejection::PathRejection},
};
use darkroom_api::v1::{
    CreateUrlEndpointRequest, DeleteUrlEndpointRequest, ErrorReason, GetUrlEndpointRequest, ListUrlEndpointsRequest,
    UpdateUrlEndpointRequest, url_endpoint_service_client::UrlEndpointServiceClient,
};
use http::StatusCode;
use std::sync::Arc;

/// URL endpoints of one page.
const PAGE_SIZE: i32 = 100;
/// Pages of the list.
const PAGES_MAX: usize = 100;

/// What is said of an origin that is not there.
pub(crate) const NO_SUCH_ORIGIN: &str = "Origin does not exists. Please create origin before using it in URL-endpoint.";
const NOT_FOUND: &str = "URL-endpoint not found.";

type Id = Result<Path<String>, PathRejection>;
type Answer<T> = Result<T, Refusal>;

/// All URL endpoints, the default one among them.
pub(crate) async fn list(
    State(admin): State<Arc<Admin>>,
    caller: Extension<Caller>,
) -> Answer<Json<Vec<UrlEndpointJson>>> {
    let mut client = UrlEndpointServiceClient::new(admin.transport.clone());
    let (mut url_endpoints, mut page_token) = (Vec::new(), String::new());
    for _ in 0..PAGES_MAX {
        let page = ListUrlEndpointsRequest { page_size: PAGE_SIZE, page_token };
        let page = answer(&admin, client.list_url_endpoints(caller.request(page))).await.map_err(refused)?;
        url_endpoints.extend(page.url_endpoints.into_iter().map(UrlEndpointJson::from));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    Ok(Json(url_endpoints))
}

/// Adds a URL endpoint; with `?validateOnly=true` it is only checked.
pub(crate) async fn create(
    State(admin): State<Arc<Admin>>,
    caller: Extension<Caller>,
    request: Request,
) -> Answer<(StatusCode, Json<UrlEndpointJson>)> {
    let validate_only = is_validate_only(&request)?;
    let url_endpoint = Some(read_url_endpoint(fields(&admin, request).await?, None)?);
    let call = CreateUrlEndpointRequest { url_endpoint, url_endpoint_id: String::new(), validate_only };
    let mut client = UrlEndpointServiceClient::new(admin.transport.clone());
    let created = answer(&admin, client.create_url_endpoint(caller.request(call))).await.map_err(refused)?;
    let status = if validate_only { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Json(created.into())))
}

/// One URL endpoint.
pub(crate) async fn read(
    State(admin): State<Arc<Admin>>,
    caller: Extension<Caller>,
    path: Id,
) -> Answer<Json<UrlEndpointJson>> {
    let call = GetUrlEndpointRequest { name: format!("urlEndpoints/{}", known(path)?) };
    let mut client = UrlEndpointServiceClient::new(admin.transport.clone());
    let stored = answer(&admin, client.get_url_endpoint(caller.request(call))).await.map_err(refused)?;
    Ok(Json(stored.into()))
}

/// Replaces a URL endpoint.
pub(crate) async fn replace(
    State(admin): State<Arc<Admin>>,
    caller: Extension<Caller>,
    path: Id,
    request: Request,
) -> Answer<Json<UrlEndpointJson>> {
    let validate_only = is_validate_only(&request)?;
    let fields = fields(&admin, request).await?;
    let id = known(path)?;
    let url_endpoint = Some(read_url_endpoint(fields, Some(&id))?);
    let call = UpdateUrlEndpointRequest { url_endpoint, update_mask: Some(update_mask(&id)), validate_only };
    let mut client = UrlEndpointServiceClient::new(admin.transport.clone());
    let updated = answer(&admin, client.update_url_endpoint(caller.request(call))).await.map_err(refused)?;
    Ok(Json(updated.into()))
}

/// Deletes a URL endpoint.
pub(crate) async fn remove(State(admin): State<Arc<Admin>>, caller: Extension<Caller>, path: Id) -> Answer<StatusCode> {
    let call = DeleteUrlEndpointRequest { name: format!("urlEndpoints/{}", known(path)?), etag: String::new() };
    let mut client = UrlEndpointServiceClient::new(admin.transport.clone());
    answer(&admin, client.delete_url_endpoint(caller.request(call))).await.map_err(refused)?;
    Ok(StatusCode::NO_CONTENT)
}

fn known(path: Id) -> Answer<String> {
    let help = row(ErrorReason::UrlEndpointNotFound).help;
    id(path).ok_or_else(|| Refusal::new(StatusCode::NOT_FOUND, NOT_FOUND, help))
}

fn refused(failure: Failure) -> Refusal {
    Refusal::of(failure, |reason| match reason {
        ErrorReason::UrlEndpointNotFound => Some((StatusCode::NOT_FOUND, NOT_FOUND)),
        ErrorReason::OriginNotFound => Some((StatusCode::BAD_REQUEST, NO_SUCH_ORIGIN)),
        ErrorReason::DefaultEndpoint => Some((StatusCode::BAD_REQUEST, "Default URL-endpoint cannot be deleted.")),
        _ => None,
    })
}
