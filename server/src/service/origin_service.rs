//! `OriginService`: the places that source images come from.

mod mask;
mod message;
mod page;

use super::status;
use crate::{
    origin::{CheckStep, Clients, ImagePath, Invalid, Origin},
    registry::{self, Registry},
};
use darkroom_api::v1::{
    self, CheckOriginRequest, CheckOriginResponse, CreateOriginRequest, DeleteOriginRequest, ErrorReason,
    GetOriginRequest, ListOriginsRequest, ListOriginsResponse, UpdateOriginRequest, check_origin_request::Subject,
    origin_service_server::OriginService,
};
use jiff::Timestamp;
use std::{sync::Arc, time::Duration};
use tonic::{Request, Response, Status};

/// Characters of an origin id.
const ID_CHARS_MAX: usize = 63;
/// An update without an etag is made again when another one came between reading and writing.
const UPDATE_TRIES_MAX: u32 = 5;

/// The service over the registry and the clients that read from origins.
#[derive(Debug, Clone)]
pub struct Origins {
    registry: Registry,
    clients: Arc<Clients>,
}

impl Origins {
    /// `clients` validate and check what is registered.
    pub fn new(registry: Registry, clients: Arc<Clients>) -> Self {
        Self { registry, clients }
    }

    fn find(&self, name: &str, field: &str) -> Result<Arc<Origin>, Status> {
        let id = parse_name(name, field)?;
        let snapshot = self.registry.snapshot();
        match snapshot.origins.get(id) {
            Some(origin) => Ok(Arc::clone(origin)),
            None => Err(status::registry(&registry::Error::NotFound(name.to_owned()))),
        }
    }

    /// What `validate_only` asks: connect and authenticate, and say at which step it ended.
    async fn try_out(&self, origin: &Origin) -> Result<(), Status> {
        let steps = self.clients.check(origin, None).await;
        match steps.into_iter().find(|step| !step.passed) {
            None => Ok(()),
            Some(CheckStep { step, message, passed: _, duration: _ }) => {
                let metadata = [("step", step.to_owned())];
                Err(status::status(ErrorReason::OriginCheckFailed, format!("{step}: {message}"), &metadata))
            }
        }
    }

    /// The origin as it would be after an update.
    fn updated(&self, stored: &Origin, change: &v1::Origin, paths: Option<&[String]>) -> Result<Origin, Status> {
        let merged = mask::merge(message::from_origin(stored, Timestamp::now()), change, paths)
            .map_err(|invalid| status::invalid_argument(&invalid.field, invalid.description))?;
        let origin = message::to_origin(merged, Some(stored)).map_err(in_origin)?;
        self.clients.validate(&origin).map_err(in_origin)?;
        Ok(origin)
    }
}

#[tonic::async_trait]
impl OriginService for Origins {
    async fn list_origins(
        &self,
        request: Request<ListOriginsRequest>,
    ) -> Result<Response<ListOriginsResponse>, Status> {
        let ListOriginsRequest { page_size, page_token } = request.into_inner();
        let snapshot = self.registry.snapshot();
        let (page, next_page_token) = page::of(&snapshot.origins, page_size, &page_token)?;
        let now = Timestamp::now();
        let origins = page.into_iter().map(|origin| message::from_origin(origin, now)).collect();
        Ok(Response::new(ListOriginsResponse { origins, next_page_token }))
    }

    async fn get_origin(&self, request: Request<GetOriginRequest>) -> Result<Response<v1::Origin>, Status> {
        let GetOriginRequest { name } = request.into_inner();
        let origin = self.find(&name, "name")?;
        answer(&origin)
    }

    async fn create_origin(&self, request: Request<CreateOriginRequest>) -> Result<Response<v1::Origin>, Status> {
        let CreateOriginRequest { origin, origin_id, validate_only } = request.into_inner();
        let message = origin.ok_or_else(|| status::invalid_argument("origin", "expected an origin"))?;
        if !origin_id.is_empty() && !is_id(&origin_id) {
            return Err(status::invalid_argument(
                "origin_id",
                format!(
                    "expected 1 to {ID_CHARS_MAX} lower-case letters, digits and hyphens, a letter first and no hyphen last"
                ),
            ));
        }
        let origin =
            Origin { id: origin_id, etag: String::new(), ..message::to_origin(message, None).map_err(in_origin)? };
        self.clients.validate(&origin).map_err(in_origin)?;
        if validate_only {
            if self.registry.snapshot().origins.contains_key(&origin.id) {
                let taken = format!("origins/{} exists", origin.id);
                return Err(status::registry(&registry::Error::AlreadyExists(taken)));
            }
            self.try_out(&origin).await?;
            return answer(&origin);
        }
        let created = self.registry.create_origin(origin).await.map_err(|error| status::registry(&error))?;
        answer(&created)
    }

    async fn update_origin(&self, request: Request<UpdateOriginRequest>) -> Result<Response<v1::Origin>, Status> {
        let UpdateOriginRequest { origin, update_mask, validate_only } = request.into_inner();
        let change = origin.ok_or_else(|| status::invalid_argument("origin", "expected an origin"))?;
        let paths = update_mask.as_ref().map(|mask| mask.paths.as_slice()).filter(|paths| !paths.is_empty());
        let mut tries = 1;
        loop {
            let stored = self.find(&change.name, "origin.name")?;
            if !change.etag.is_empty() && change.etag != stored.etag {
                return Err(status::registry(&registry::Error::EtagMismatch(change.name)));
            }
            // The stored etag guards what was merged, even when the caller gave none.
            let origin = Origin { etag: stored.etag.clone(), ..self.updated(&stored, &change, paths)? };
            if validate_only {
                self.try_out(&origin).await?;
                return answer(&origin);
            }
            match self.registry.update_origin(origin).await {
                Ok(updated) => return answer(&updated),
                Err(registry::Error::EtagMismatch(_)) if change.etag.is_empty() && tries < UPDATE_TRIES_MAX => {
                    tries += 1;
                }
                Err(error) => return Err(status::registry(&error)),
            }
        }
    }

    async fn delete_origin(&self, request: Request<DeleteOriginRequest>) -> Result<Response<()>, Status> {
        let DeleteOriginRequest { name, etag } = request.into_inner();
        let id = parse_name(&name, "name")?;
        self.registry.delete_origin(id, &etag).await.map_err(|error| status::registry(&error))?;
        Ok(Response::new(()))
    }

    async fn check_origin(
        &self,
        request: Request<CheckOriginRequest>,
    ) -> Result<Response<CheckOriginResponse>, Status> {
        let CheckOriginRequest { subject, path } = request.into_inner();
        let path = match path.as_str() {
            "" => None,
            path => {
                Some(ImagePath::parse(path).map_err(|error| status::status(ErrorReason::PathInvalid, error.0, &[]))?)
            }
        };
        let steps = match subject {
            None => {
                return Err(status::invalid_argument("subject", "expected a name or an origin"));
            }
            Some(Subject::Name(name)) => self.clients.check(&*self.find(&name, "name")?, path.as_ref()).await,
            Some(Subject::Origin(message)) => {
                // A form over a registered origin sends its name, and no secrets that were not typed anew.
                let stored = match message.name.as_str() {
                    "" => None,
                    name => Some(self.find(name, "origin.name")?),
                };
                match message::to_origin(message, stored.as_deref()) {
                    // What is checked is not what is registered, so it must not be found by its etag.
                    Ok(origin) => self.clients.check(&Origin { etag: String::new(), ..origin }, path.as_ref()).await,
                    Err(invalid) => vec![CheckStep {
                        step: "configuration",
                        passed: false,
                        message: invalid.to_string(),
                        duration: Duration::ZERO,
                    }],
                }
            }
        };
        let passed = steps.iter().all(|step| step.passed);
        let steps = steps.into_iter().map(message::from_step).collect();
        Ok(Response::new(CheckOriginResponse { passed, steps }))
    }
}

#[allow(clippy::unnecessary_wraps)] // every caller answers with a result
fn answer(origin: &Origin) -> Result<Response<v1::Origin>, Status> {
    Ok(Response::new(message::from_origin(origin, Timestamp::now())))
}

fn in_origin(invalid: Invalid) -> Status {
    status::invalid_argument(&format!("origin.{}", invalid.field), invalid.description)
}

fn parse_name<'a>(name: &'a str, field: &str) -> Result<&'a str, Status> {
    match name.strip_prefix("origins/") {
        Some(id) if is_id(id) => Ok(id),
        _ => Err(status::invalid_argument(field, "expected the name of an origin, such as `origins/photos`")),
    }
}

fn is_id(text: &str) -> bool {
    text.len() <= ID_CHARS_MAX
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && !text.ends_with('-')
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

#[cfg(test)]
mod tests;
