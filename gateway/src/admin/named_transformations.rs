//! `/v1/named-transformations`.

use super::{
    Admin,
    call::{Caller, answer, fields, id, is_validate_only},
    named_transformation_json::{Given, NamedTransformationJson, read_change, read_new},
    reply::Refusal,
};
use crate::error::{Failure, row};
use axum::{
    Extension, Json,
    extract::{Path, Request, State, rejection::PathRejection},
};
use darkroom_api::v1::{
    CreateNamedTransformationRequest, DeleteNamedTransformationRequest, ErrorReason, GetNamedTransformationRequest,
    ListNamedTransformationsRequest, NamedTransformation, UpdateNamedTransformationRequest,
    named_transformation_service_client::NamedTransformationServiceClient,
};
use http::StatusCode;
use prost_types::FieldMask;
use serde_json::{Value, json};
use std::sync::Arc;

/// Named transformations of one page: more than there can be.
const PAGE_SIZE: i32 = 1000;
/// Pages of the list.
const PAGES_MAX: usize = 10;

const NOT_FOUND: &str = "Named transformation not found.";
const TAKEN: &str = "A named transformation with this name already exists.";

type Id = Result<Path<String>, PathRejection>;
type Answer<T> = Result<T, Refusal>;

/// All named transformations.
pub(crate) async fn list(
    State(admin): State<Arc<Admin>>,
    caller: Extension<Caller>,
) -> Answer<Json<Vec<NamedTransformationJson>>> {
    let mut client = NamedTransformationServiceClient::new(admin.transport.clone());
    let (mut all, mut page_token) = (Vec::new(), String::new());
    for _ in 0..PAGES_MAX {
        let page = ListNamedTransformationsRequest { page_size: PAGE_SIZE, page_token };
        let page = answer(&admin, client.list_named_transformations(caller.request(page))).await.map_err(refused)?;
        all.extend(page.named_transformations.into_iter().map(NamedTransformationJson::from));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    Ok(Json(all))
}

/// Adds a named transformation; with `?validateOnly=true` it is only checked.
pub(crate) async fn create(
    State(admin): State<Arc<Admin>>,
    caller: Extension<Caller>,
    request: Request,
) -> Answer<(StatusCode, Json<NamedTransformationJson>)> {
    let validate_only = is_validate_only(&request)?;
    let Given { name, transformation, enabled } = read_new(fields(&admin, request).await?)?;
    let named = NamedTransformation {
        transformation: transformation.unwrap_or_default(),
        disabled: enabled == Some(false),
        ..NamedTransformation::default()
    };
    let call = CreateNamedTransformationRequest {
        named_transformation: Some(named),
        named_transformation_id: name.unwrap_or_default(),
        validate_only,
    };
    let mut client = NamedTransformationServiceClient::new(admin.transport.clone());
    let created = answer(&admin, client.create_named_transformation(caller.request(call))).await.map_err(refused)?;
    let status = if validate_only { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Json(created.into())))
}

/// One named transformation, by its id or its name.
pub(crate) async fn read(
    State(admin): State<Arc<Admin>>,
    caller: Extension<Caller>,
    path: Id,
) -> Answer<Json<NamedTransformationJson>> {
    let call = GetNamedTransformationRequest { name: known(path)? };
    let mut client = NamedTransformationServiceClient::new(admin.transport.clone());
    let stored = answer(&admin, client.get_named_transformation(caller.request(call))).await.map_err(refused)?;
    Ok(Json(stored.into()))
}

/// Changes what the body has of a named transformation, its name included.
pub(crate) async fn change(
    State(admin): State<Arc<Admin>>,
    caller: Extension<Caller>,
    path: Id,
    request: Request,
) -> Answer<Json<NamedTransformationJson>> {
    let validate_only = is_validate_only(&request)?;
    let fields = fields(&admin, request).await?;
    let resource = known(path)?;
    let Given { name, transformation, enabled } = read_change(fields)?;
    // Never without a path, which would say that what is filled is to be changed.
    let paths =
        [Some("name"), transformation.is_some().then_some("transformation"), enabled.is_some().then_some("disabled")];
    let call = UpdateNamedTransformationRequest {
        named_transformation: Some(NamedTransformation {
            name: resource,
            transformation: transformation.unwrap_or_default(),
            disabled: enabled == Some(false),
            ..NamedTransformation::default()
        }),
        update_mask: Some(FieldMask { paths: paths.into_iter().flatten().map(str::to_owned).collect() }),
        validate_only,
        new_named_transformation_id: name.unwrap_or_default(),
    };
    let mut client = NamedTransformationServiceClient::new(admin.transport.clone());
    let updated = answer(&admin, client.update_named_transformation(caller.request(call))).await.map_err(refused)?;
    Ok(Json(updated.into()))
}

/// Deletes a named transformation. The body is an empty object, because clients of ImageKit read one.
pub(crate) async fn remove(
    State(admin): State<Arc<Admin>>,
    caller: Extension<Caller>,
    path: Id,
) -> Answer<Json<Value>> {
    let call = DeleteNamedTransformationRequest { name: known(path)?, etag: String::new() };
    let mut client = NamedTransformationServiceClient::new(admin.transport.clone());
    answer(&admin, client.delete_named_transformation(caller.request(call))).await.map_err(refused)?;
    Ok(Json(json!({})))
}

/// The resource name. What can be no id is not there, rather than malformed.
fn known(path: Id) -> Answer<String> {
    let id = id(path).map(|id| format!("namedTransformations/{id}"));
    id.ok_or_else(|| Refusal::new(StatusCode::NOT_FOUND, NOT_FOUND, row(ErrorReason::NamedTransformationNotFound).help))
}

fn refused(failure: Failure) -> Refusal {
    let is_about_the_id = failure
        .violation
        .as_ref()
        .is_some_and(|(field, _)| matches!(field.as_str(), "name" | "named_transformation.name"));
    Refusal::of(failure, |reason| match reason {
        ErrorReason::NamedTransformationNotFound => Some((StatusCode::NOT_FOUND, NOT_FOUND)),
        ErrorReason::ArgumentInvalid if is_about_the_id => Some((StatusCode::NOT_FOUND, NOT_FOUND)),
        ErrorReason::AlreadyExists => Some((StatusCode::CONFLICT, TAKEN)),
        _ => None,
    })
}
