//! `NamedTransformationService` over the registry.

use super::{page_token, status};
use crate::registry::{
    Error, NamedTransformation, Registry, Snapshot, WATCH_INTERVAL,
    names::{named_transformation_id, named_transformation_name},
};
use darkroom_api::{
    limits::{PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX},
    v1::{
        self, CreateNamedTransformationRequest, DeleteNamedTransformationRequest, GetNamedTransformationRequest,
        ListNamedTransformationsRequest, ListNamedTransformationsResponse, UpdateNamedTransformationRequest,
        named_transformation_service_server::NamedTransformationService,
    },
};
use prost_types::FieldMask;
use std::{
    ops::Bound::{Excluded, Unbounded},
    sync::Arc,
};
use tonic::{Request, Response, Status, async_trait};

#[cfg(test)]
mod tests;

/// What its page tokens are for.
const PAGES: &str = "named transformations";

/// Tries of an update whose caller gave no etag, each against what is then stored.
const UPDATE_TRIES_MAX: usize = 8;

/// The service.
#[derive(Debug, Clone)]
pub struct NamedTransformations {
    registry: Registry,
}

impl NamedTransformations {
    /// Serves what `registry` holds.
    pub fn new(registry: Registry) -> Self {
        Self { registry }
    }
}

#[async_trait]
impl NamedTransformationService for NamedTransformations {
    async fn list_named_transformations(
        &self,
        request: Request<ListNamedTransformationsRequest>,
    ) -> Result<Response<ListNamedTransformationsResponse>, Status> {
        let ListNamedTransformationsRequest { page_size, page_token } = request.into_inner();
        let size = match page_size {
            0 => PAGE_SIZE_DEFAULT,
            1.. => page_size.min(PAGE_SIZE_MAX),
            _ => return Err(status::invalid_argument("page_size", "expected 0 or more")),
        };
        let size = usize::try_from(size).unwrap_or_default();
        let after = match page_token.as_str() {
            "" => String::new(),
            token => page_token::last_id(PAGES, token)
                .ok_or_else(|| status::invalid_argument("page_token", "expected one from an earlier answer"))?,
        };
        let snapshot = self.registry.snapshot();
        let mut left = snapshot.named_transformations.range::<str, _>((Excluded(after.as_str()), Unbounded));
        let page: Vec<_> = left.by_ref().take(size).map(|(_, named)| to_message(named)).collect();
        let last = || page.last().and_then(|named| named_transformation_id(&named.name)).unwrap_or_default();
        let next_page_token = left.next().map(|_| page_token::after(PAGES, last())).unwrap_or_default();
        Ok(Response::new(ListNamedTransformationsResponse { named_transformations: page, next_page_token }))
    }

    async fn get_named_transformation(
        &self,
        request: Request<GetNamedTransformationRequest>,
    ) -> Result<Response<v1::NamedTransformation>, Status> {
        let GetNamedTransformationRequest { name } = request.into_inner();
        let id = id_of("name", &name)?;
        let found = find(&self.registry.snapshot(), id)?;
        Ok(Response::new(to_message(&found)))
    }

    async fn create_named_transformation(
        &self,
        request: Request<CreateNamedTransformationRequest>,
    ) -> Result<Response<v1::NamedTransformation>, Status> {
        let CreateNamedTransformationRequest { named_transformation, named_transformation_id, validate_only } =
            request.into_inner();
        let named = from_message(named_transformation_id, named_transformation.ok_or_else(missing)?);
        let created = if validate_only {
            self.registry.preview_create_named_transformation(named)
        } else {
            self.registry.create_named_transformation(named).await
        };
        let created = created.map_err(|error| refused(error, "named_transformation_id"))?;
        Ok(Response::new(to_message(&created)))
    }

    async fn update_named_transformation(
        &self,
        request: Request<UpdateNamedTransformationRequest>,
    ) -> Result<Response<v1::NamedTransformation>, Status> {
        let UpdateNamedTransformationRequest {
            named_transformation,
            update_mask,
            validate_only,
            new_named_transformation_id,
        } = request.into_inner();
        let given = named_transformation.ok_or_else(missing)?;
        let id = id_of("named_transformation.name", &given.name)?;
        let change = Change::of(update_mask.as_ref(), &given, &new_named_transformation_id)?;
        let mut tries = 0;
        let updated = loop {
            tries += 1;
            let snapshot = self.registry.snapshot();
            let mut named = change.of_stored(&*find(&snapshot, id)?);
            // What is not changed comes from the snapshot, so the registry must hold nothing newer.
            if !given.etag.is_empty() {
                named.etag.clone_from(&given.etag);
            }
            let result = if validate_only {
                self.registry.preview_update_named_transformation(named)
            } else {
                self.registry.update_named_transformation(named).await
            };
            match result {
                Err(Error::EtagMismatch(_)) if given.etag.is_empty() && tries < UPDATE_TRIES_MAX => {
                    // Another process wrote it: its change reaches the snapshot within the watch's interval.
                    if snapshot.version == self.registry.snapshot().version {
                        tokio::time::sleep(WATCH_INTERVAL / 4).await;
                    }
                }
                result => break result.map_err(|error| refused(error, "new_named_transformation_id"))?,
            }
        };
        Ok(Response::new(to_message(&updated)))
    }

    async fn delete_named_transformation(
        &self,
        request: Request<DeleteNamedTransformationRequest>,
    ) -> Result<Response<()>, Status> {
        let DeleteNamedTransformationRequest { name, etag } = request.into_inner();
        let id = id_of("name", &name)?;
        self.registry.delete_named_transformation(id, &etag).await.map_err(|error| status::registry(&error))?;
        Ok(Response::new(()))
    }
}

/// What an update changes; `None` where it leaves what is stored.
#[derive(Debug, PartialEq, Eq)]
struct Change<'a> {
    name: Option<&'a str>,
    transformation: Option<&'a str>,
    disabled: Option<bool>,
}

impl<'a> Change<'a> {
    fn of(mask: Option<&FieldMask>, given: &'a v1::NamedTransformation, new_id: &'a str) -> Result<Self, Status> {
        const FIELDS: [&str; 2] = ["transformation", "disabled"];
        /// In a mask they are passed over, so that a resource can be sent back as it came.
        const OUTPUT_ONLY: [&str; 5] = ["name", "create_time", "update_time", "etag", "uid"];
        let v1::NamedTransformation {
            name: _,
            transformation,
            disabled,
            create_time: _,
            update_time: _,
            etag: _,
            uid: _,
        } = given;
        let paths = mask.map(|mask| mask.paths.as_slice()).unwrap_or_default();
        let every = paths == ["*"];
        let known = |path: &&String| FIELDS.contains(&path.as_str()) || OUTPUT_ONLY.contains(&path.as_str());
        if let Some(index) = paths.iter().position(|path| !every && !known(&path)) {
            let expected = format!("expected `*` alone or some of {}", FIELDS.join(", "));
            return Err(status::invalid_argument(&format!("update_mask.paths[{index}]"), expected));
        }
        let chosen = |field: &str, is_filled: bool| {
            if paths.is_empty() { is_filled } else { every || paths.iter().any(|path| path == field) }
        };
        Ok(Self {
            name: (!new_id.is_empty()).then_some(new_id),
            transformation: chosen("transformation", !transformation.is_empty()).then_some(transformation),
            disabled: chosen("disabled", *disabled).then_some(*disabled),
        })
    }

    fn of_stored(&self, stored: &NamedTransformation) -> NamedTransformation {
        let Self { name, transformation, disabled } = self;
        let mut named = stored.clone();
        if let Some(name) = name {
            (*name).clone_into(&mut named.name);
        }
        if let Some(transformation) = transformation {
            (*transformation).clone_into(&mut named.transformation);
        }
        named.disabled = disabled.unwrap_or(named.disabled);
        named
    }
}

fn missing() -> Status {
    status::invalid_argument("named_transformation", "is required")
}

fn id_of<'a>(field: &str, name: &'a str) -> Result<&'a str, Status> {
    named_transformation_id(name)
        .ok_or_else(|| status::invalid_argument(field, "expected a resource name like `namedTransformations/small`"))
}

fn find(snapshot: &Snapshot, id: &str) -> Result<Arc<NamedTransformation>, Status> {
    let found = snapshot.named_transformation(id).cloned();
    found.ok_or_else(|| status::registry(&Error::NotFound(named_transformation_name(id))))
}

/// Fields are told by their path in the request; `id_field` is where it has the name.
fn refused(error: Error, id_field: &str) -> Status {
    match error {
        Error::Invalid { field, description } if field == "name" => status::invalid_argument(id_field, description),
        Error::Invalid { field, description } if field != "named_transformation" => {
            status::invalid_argument(&format!("named_transformation.{field}"), description)
        }
        error => status::registry(&error),
    }
}

/// Message → domain. What only the registry knows is checked there.
fn from_message(name: String, message: v1::NamedTransformation) -> NamedTransformation {
    let v1::NamedTransformation { name: _, transformation, disabled, create_time: _, update_time: _, etag: _, uid: _ } =
        message;
    NamedTransformation {
        uid: String::new(),
        name,
        transformation,
        disabled,
        create_time: jiff::Timestamp::UNIX_EPOCH,
        update_time: jiff::Timestamp::UNIX_EPOCH,
        etag: String::new(),
    }
}

/// Domain → message.
fn to_message(named: &NamedTransformation) -> v1::NamedTransformation {
    let NamedTransformation { uid, name, transformation, disabled, create_time, update_time, etag } = named;
    v1::NamedTransformation {
        name: named_transformation_name(name),
        transformation: transformation.clone(),
        disabled: *disabled,
        create_time: Some(timestamp(*create_time)),
        update_time: Some(timestamp(*update_time)),
        etag: etag.clone(),
        uid: uid.clone(),
    }
}

fn timestamp(time: jiff::Timestamp) -> prost_types::Timestamp {
    prost_types::Timestamp { seconds: time.as_second(), nanos: time.subsec_nanosecond() }
}
