//! `UrlEndpointService` over the registry.

use super::{page_token, status};
use crate::registry::{
    Error, Profile, Registry, Snapshot, UnknownParameters, UrlEndpoint,
    names::{is_id, origin_id, origin_name, url_endpoint_id, url_endpoint_name},
    rules::DEFAULT_URL_ENDPOINT,
};
use darkroom_api::{
    limits::{PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX},
    v1,
};
use tonic::{Request, Response, Status, async_trait};

mod mask;
#[cfg(test)]
mod tests;

/// What its page tokens are for.
const PAGES: &str = "url endpoints";

/// Tries of an update whose caller gave no etag, each against what is then stored.
const UPDATE_TRIES_MAX: usize = 8;

/// The service.
#[derive(Debug, Clone)]
pub struct UrlEndpoints {
    registry: Registry,
}

impl UrlEndpoints {
    /// Serves what `registry` holds.
    pub fn new(registry: Registry) -> Self {
        Self { registry }
    }
}

#[async_trait]
impl v1::url_endpoint_service_server::UrlEndpointService for UrlEndpoints {
    async fn list_url_endpoints(
        &self,
        request: Request<v1::ListUrlEndpointsRequest>,
    ) -> Result<Response<v1::ListUrlEndpointsResponse>, Status> {
        let v1::ListUrlEndpointsRequest { page_size, page_token } = request.into_inner();
        let size = match page_size {
            0 => PAGE_SIZE_DEFAULT,
            1.. => page_size.min(PAGE_SIZE_MAX),
            _ => return Err(status::invalid_argument("page_size", "expected 0 or more")),
        };
        let size = usize::try_from(size).unwrap_or_default();
        let after = match page_token.as_str() {
            "" => None,
            token => Some(
                page_token::last_id(PAGES, token)
                    .ok_or_else(|| status::invalid_argument("page_token", "expected one from an earlier answer"))?,
            ),
        };
        Ok(Response::new(page(&self.registry.snapshot(), after.as_deref(), size)))
    }

    async fn get_url_endpoint(
        &self,
        request: Request<v1::GetUrlEndpointRequest>,
    ) -> Result<Response<v1::UrlEndpoint>, Status> {
        let v1::GetUrlEndpointRequest { name } = request.into_inner();
        let id = id_of("name", &name)?;
        let snapshot = self.registry.snapshot();
        let endpoint =
            snapshot.url_endpoints.get(id).ok_or_else(|| status::registry(&Error::NotFound(name.clone())))?;
        Ok(Response::new(to_message(endpoint)))
    }

    async fn create_url_endpoint(
        &self,
        request: Request<v1::CreateUrlEndpointRequest>,
    ) -> Result<Response<v1::UrlEndpoint>, Status> {
        let v1::CreateUrlEndpointRequest { url_endpoint, url_endpoint_id, validate_only } = request.into_inner();
        let message = url_endpoint.ok_or_else(missing)?;
        if !(url_endpoint_id.is_empty() || is_id(&url_endpoint_id)) {
            return Err(status::invalid_argument("url_endpoint_id", "expected ^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$"));
        }
        let endpoint = from_message(url_endpoint_id, message)?;
        let created = if validate_only {
            self.registry.preview_create_url_endpoint(endpoint)
        } else {
            self.registry.create_url_endpoint(endpoint).await
        };
        let created = created.map_err(refused)?;
        Ok(Response::new(to_message(&created)))
    }

    async fn update_url_endpoint(
        &self,
        request: Request<v1::UpdateUrlEndpointRequest>,
    ) -> Result<Response<v1::UrlEndpoint>, Status> {
        let v1::UpdateUrlEndpointRequest { url_endpoint, update_mask, validate_only } = request.into_inner();
        let message = url_endpoint.ok_or_else(missing)?;
        let id = id_of("url_endpoint.name", &message.name)?.to_owned();
        let given_etag = message.etag.clone();
        let fields = mask::fields(update_mask.as_ref(), &message)?;
        let given = from_message(id.clone(), message)?;
        let mut tries = 0;
        let updated = loop {
            tries += 1;
            let snapshot = self.registry.snapshot();
            let stored = snapshot
                .url_endpoints
                .get(&id)
                .ok_or_else(|| status::registry(&Error::NotFound(url_endpoint_name(&id))))?;
            let mut endpoint = mask::merge(stored, &given, &fields);
            // What is not in the mask comes from the snapshot, so the registry must hold nothing newer.
            if !given_etag.is_empty() {
                endpoint.etag.clone_from(&given_etag);
            }
            let result = if validate_only {
                self.registry.preview_update_url_endpoint(endpoint)
            } else {
                self.registry.update_url_endpoint(endpoint).await
            };
            match result {
                Err(Error::EtagMismatch(_)) if given_etag.is_empty() && tries < UPDATE_TRIES_MAX => {
                    // Another process wrote it: its change reaches the snapshot within the watch's interval.
                    if snapshot.version == self.registry.snapshot().version {
                        tokio::time::sleep(crate::registry::WATCH_INTERVAL / 4).await;
                    }
                }
                result => break result.map_err(refused)?,
            }
        };
        Ok(Response::new(to_message(&updated)))
    }

    async fn delete_url_endpoint(
        &self,
        request: Request<v1::DeleteUrlEndpointRequest>,
    ) -> Result<Response<()>, Status> {
        let v1::DeleteUrlEndpointRequest { name, etag } = request.into_inner();
        let id = id_of("name", &name)?;
        self.registry.delete_url_endpoint(id, &etag).await.map_err(|error| status::registry(&error))?;
        Ok(Response::new(()))
    }
}

/// The default endpoint first, then the others by id.
fn page(snapshot: &Snapshot, after: Option<&str>, size: usize) -> v1::ListUrlEndpointsResponse {
    let endpoints = &snapshot.url_endpoints;
    let default = endpoints.get(DEFAULT_URL_ENDPOINT).filter(|_| after.is_none());
    // The default one leads, so that a page that ends with it is continued from the beginning of the others.
    let after = after.filter(|id| *id != DEFAULT_URL_ENDPOINT).unwrap_or_default();
    let others = endpoints
        .range::<str, _>((std::ops::Bound::Excluded(after), std::ops::Bound::Unbounded))
        .map(|(_, endpoint)| endpoint)
        .filter(|endpoint| endpoint.id != DEFAULT_URL_ENDPOINT);
    let mut left = default.into_iter().chain(others).peekable();
    let mut page = Vec::new();
    let mut last = "";
    while page.len() < size
        && let Some(endpoint) = left.next()
    {
        page.push(to_message(endpoint));
        last = &endpoint.id;
    }
    let next_page_token = left.peek().map(|_| page_token::after(PAGES, last)).unwrap_or_default();
    v1::ListUrlEndpointsResponse { url_endpoints: page, next_page_token }
}

fn missing() -> Status {
    status::invalid_argument("url_endpoint", "is required")
}

fn id_of<'a>(field: &str, name: &'a str) -> Result<&'a str, Status> {
    url_endpoint_id(name)
        .ok_or_else(|| status::invalid_argument(field, "expected a resource name like `urlEndpoints/default`"))
}

/// Fields of the resource are told by their path in the request.
fn refused(error: Error) -> Status {
    match error {
        Error::Invalid { field, description } if field != "url_endpoint" => {
            status::invalid_argument(&format!("url_endpoint.{field}"), description)
        }
        error => status::registry(&error),
    }
}

/// Message → domain. What only the registry knows is checked there.
fn from_message(id: String, message: v1::UrlEndpoint) -> Result<UrlEndpoint, Status> {
    let v1::UrlEndpoint {
        name: _,
        description,
        url_prefix,
        hosts,
        origins,
        restrict_unsigned,
        restrict_unnamed,
        unknown_parameters,
        default_image,
        profile,
        create_time: _,
        update_time: _,
        etag: _,
    } = message;
    let origins = origins
        .iter()
        .enumerate()
        .map(|(index, name)| {
            origin_id(name).map(str::to_owned).ok_or_else(|| {
                status::invalid_argument(
                    &format!("url_endpoint.origins[{index}]"),
                    "expected a resource name like `origins/photos`",
                )
            })
        })
        .collect::<Result<_, _>>()?;
    Ok(UrlEndpoint {
        id,
        description,
        url_prefix,
        hosts: hosts.iter().map(|host| host.to_ascii_lowercase()).collect(),
        origins,
        restrict_unsigned,
        restrict_unnamed,
        unknown_parameters: unknown_parameters_of(unknown_parameters)?,
        default_image,
        profile: profile_of(profile)?,
        create_time: jiff::Timestamp::UNIX_EPOCH,
        update_time: jiff::Timestamp::UNIX_EPOCH,
        etag: String::new(),
    })
}

fn unknown_parameters_of(number: i32) -> Result<UnknownParameters, Status> {
    use v1::UnknownParameters as Message;
    match Message::try_from(number) {
        Ok(Message::Unspecified | Message::Reject) => Ok(UnknownParameters::Reject),
        Ok(Message::Ignore) => Ok(UnknownParameters::Ignore),
        Err(_) => {
            Err(status::invalid_argument("url_endpoint.unknown_parameters", "expected a value of the enumeration"))
        }
    }
}

fn profile_of(number: i32) -> Result<Profile, Status> {
    match v1::Profile::try_from(number) {
        Ok(v1::Profile::Unspecified | v1::Profile::Default) => Ok(Profile::Default),
        Ok(v1::Profile::Speed) => Ok(Profile::Speed),
        Err(_) => Err(status::invalid_argument("url_endpoint.profile", "expected a value of the enumeration")),
    }
}

/// Domain → message.
fn to_message(endpoint: &UrlEndpoint) -> v1::UrlEndpoint {
    let UrlEndpoint {
        id,
        description,
        url_prefix,
        hosts,
        origins,
        restrict_unsigned,
        restrict_unnamed,
        unknown_parameters,
        default_image,
        profile,
        create_time,
        update_time,
        etag,
    } = endpoint;
    let unknown_parameters = match unknown_parameters {
        UnknownParameters::Reject => v1::UnknownParameters::Reject,
        UnknownParameters::Ignore => v1::UnknownParameters::Ignore,
    };
    let profile = match profile {
        Profile::Default => v1::Profile::Default,
        Profile::Speed => v1::Profile::Speed,
    };
    v1::UrlEndpoint {
        name: url_endpoint_name(id),
        description: description.clone(),
        url_prefix: url_prefix.clone(),
        hosts: hosts.clone(),
        origins: origins.iter().map(|id| origin_name(id)).collect(),
        restrict_unsigned: *restrict_unsigned,
        restrict_unnamed: *restrict_unnamed,
        unknown_parameters: unknown_parameters.into(),
        default_image: default_image.clone(),
        profile: profile.into(),
        create_time: Some(timestamp(*create_time)),
        update_time: Some(timestamp(*update_time)),
        etag: etag.clone(),
    }
}

fn timestamp(time: jiff::Timestamp) -> prost_types::Timestamp {
    prost_types::Timestamp { seconds: time.as_second(), nanos: time.subsec_nanosecond() }
}
