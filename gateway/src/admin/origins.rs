//! `/v1/accounts/origins`.

use super::{
    Admin,
    call::{Caller, answer, fields, id, is_validate_only},
    origin_json::{Kind, OriginJson, Secrets, read as read_origin},
    reply::Refusal,
};
use crate::error::Failure;
use axum::{
    Extension, Json,
    extract::{Path, Request, State, rejection::PathRejection},
};
use darkroom_api::v1::{
    CheckOriginRequest, CheckOriginResponse, CheckStep, CreateOriginRequest, DeleteOriginRequest, ErrorReason,
    GetOriginRequest, ListOriginsRequest, Origin, UpdateOriginRequest, check_origin_request::Subject,
    origin_service_client::OriginServiceClient,
};
use http::StatusCode;
use serde::Serialize;
use std::sync::Arc;

/// Origins of one page.
const PAGE_SIZE: i32 = 100;
/// Pages of the list; more would not be a list that a person looks at.
const PAGES_MAX: usize = 100;
/// Characters of a path to check.
const PATH_CHARS_MAX: usize = 2048;

type Id = Result<Path<String>, PathRejection>;
type Answer<T> = Result<T, Refusal>;

/// All origins.
pub(crate) async fn list(State(admin): State<Arc<Admin>>, caller: Extension<Caller>) -> Answer<Json<Vec<OriginJson>>> {
    let mut client = OriginServiceClient::new(admin.transport.clone());
    let (mut origins, mut page_token) = (Vec::new(), String::new());
    for _ in 0..PAGES_MAX {
        let page = ListOriginsRequest { page_size: PAGE_SIZE, page_token };
        let page = answer(&admin, client.list_origins(caller.request(page))).await.map_err(refused)?;
        origins.extend(page.origins);
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    origins.into_iter().map(json).collect::<Answer<Vec<_>>>().map(Json)
}

/// Registers an origin; with `?validateOnly=true` it is only checked.
pub(crate) async fn create(
    State(admin): State<Arc<Admin>>,
    caller: Extension<Caller>,
    request: Request,
) -> Answer<(StatusCode, Json<OriginJson>)> {
    let validate_only = is_validate_only(&request)?;
    let mut fields = fields(&admin, request).await?;
    let kind = Kind::take(&mut fields)?;
    let origin = read_origin(kind, fields, Secrets::Required)?.origin;
    let call = CreateOriginRequest { origin: Some(origin), origin_id: String::new(), validate_only };
    let mut client = OriginServiceClient::new(admin.transport.clone());
    let origin = answer(&admin, client.create_origin(caller.request(call))).await.map_err(refused)?;
    let status = if validate_only { StatusCode::OK } else { StatusCode::CREATED };
    Ok((status, Json(json(origin)?)))
}

/// One origin.
pub(crate) async fn read(
    State(admin): State<Arc<Admin>>,
    caller: Extension<Caller>,
    path: Id,
) -> Answer<Json<OriginJson>> {
    stored(&admin, &caller, name(path)?).await.and_then(json).map(Json)
}

/// Replaces an origin; secrets that are not given stay.
pub(crate) async fn replace(
    State(admin): State<Arc<Admin>>,
    caller: Extension<Caller>,
    path: Id,
    request: Request,
) -> Answer<Json<OriginJson>> {
    let validate_only = is_validate_only(&request)?;
    let mut fields = fields(&admin, request).await?;
    let kind = Kind::take(&mut fields)?;
    let stored = stored(&admin, &caller, name(path)?).await?;
    let stored_kind = stored.location.as_ref().map(Kind::of);
    let secrets = if stored_kind == Some(kind) { Secrets::Kept } else { Secrets::Required };
    let parsed = read_origin(kind, fields, secrets)?;
    let update_mask = Some(parsed.update_mask(stored_kind));
    // The etag guards what was decided by looking at the stored origin.
    let origin = Some(Origin { name: stored.name, etag: stored.etag, ..parsed.origin });
    let call = UpdateOriginRequest { origin, update_mask, validate_only };
    let mut client = OriginServiceClient::new(admin.transport.clone());
    answer(&admin, client.update_origin(caller.request(call))).await.map_err(refused).and_then(json).map(Json)
}

/// Deletes an origin.
pub(crate) async fn remove(State(admin): State<Arc<Admin>>, caller: Extension<Caller>, path: Id) -> Answer<StatusCode> {
    let call = DeleteOriginRequest { name: name(path)?, etag: String::new() };
    let mut client = OriginServiceClient::new(admin.transport.clone());
    answer(&admin, client.delete_origin(caller.request(call))).await.map_err(refused)?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a check of an origin found.
#[derive(Serialize)]
pub(crate) struct CheckJson {
    passed: bool,
    steps: Vec<StepJson>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StepJson {
    step: String,
    passed: bool,
    message: String,
    duration_ms: i64,
}

/// Connects to an origin, and reads a path where one is given.
pub(crate) async fn check(
    State(admin): State<Arc<Admin>>,
    caller: Extension<Caller>,
    path: Id,
    request: Request,
) -> Answer<Json<CheckJson>> {
    let mut fields = fields(&admin, request).await?;
    let image_path = fields.text_or_empty("path", PATH_CHARS_MAX)?;
    fields.finish()?;
    let call = CheckOriginRequest { subject: Some(Subject::Name(name(path)?)), path: image_path };
    let mut client = OriginServiceClient::new(admin.transport.clone());
    let found = answer(&admin, client.check_origin(caller.request(call))).await.map_err(refused)?;
    let CheckOriginResponse { passed, steps } = found;
    let steps = steps.into_iter().map(|CheckStep { step, passed, message, duration }| StepJson {
        step,
        passed,
        message,
        duration_ms: duration.map_or(0, |duration| duration.seconds * 1000 + i64::from(duration.nanos / 1_000_000)),
    });
    Ok(Json(CheckJson { passed, steps: steps.collect() }))
}

async fn stored(admin: &Admin, caller: &Caller, name: String) -> Answer<Origin> {
    let mut client = OriginServiceClient::new(admin.transport.clone());
    answer(admin, client.get_origin(caller.request(GetOriginRequest { name }))).await.map_err(refused)
}

fn name(path: Id) -> Answer<String> {
    id(path).map(|id| format!("origins/{id}")).ok_or_else(|| {
        Refusal::new(StatusCode::NOT_FOUND, NOT_FOUND, crate::error::row(ErrorReason::OriginNotFound).help)
    })
}

fn json(origin: Origin) -> Answer<OriginJson> {
    OriginJson::of(origin).ok_or_else(Refusal::internal)
}

const NOT_FOUND: &str = "Origin not found.";

fn refused(failure: Failure) -> Refusal {
    Refusal::of(failure, |reason| (reason == ErrorReason::OriginNotFound).then_some((StatusCode::NOT_FOUND, NOT_FOUND)))
}
