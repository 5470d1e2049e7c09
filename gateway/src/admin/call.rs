//! A management request on its way to the server: whose it is, its body, its deadline.

use super::{Admin, fields::Fields, reply::Refusal};
use crate::{error::Failure, request_id::RequestId};
use axum::extract::{Path, Request, rejection::PathRejection};
use base64::{Engine, prelude::BASE64_STANDARD};
use http::{HeaderMap, StatusCode, header};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use tokio::time::timeout;
use tonic::{
    Status,
    metadata::{Ascii, MetadataValue},
};

/// Characters of an access key.
const ACCESS_KEY_CHARS_MAX: usize = 256;
/// Characters of the id of a resource.
const ID_CHARS_MAX: usize = 100;

/// Who asks, by the access key that was given, and the name of the request. Whether the key opens anything is for
/// the server to say.
#[derive(Clone)]
pub(crate) struct Caller {
    authorization: MetadataValue<Ascii>,
    id: RequestId,
}

impl Caller {
    /// `None` where no key was given: HTTP Basic with the key as user name, as ImageKit has it, or Bearer.
    pub(crate) fn of(headers: &HeaderMap, id: RequestId) -> Option<Self> {
        let (scheme, credentials) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
        let key = if scheme.eq_ignore_ascii_case("basic") {
            let decoded = String::from_utf8(BASE64_STANDARD.decode(credentials.trim()).ok()?).ok()?;
            decoded.split_once(':').map_or(decoded.clone(), |(user, _)| user.to_owned())
        } else if scheme.eq_ignore_ascii_case("bearer") {
            credentials.trim().to_owned()
        } else {
            return None;
        };
        let is_key = (1..=ACCESS_KEY_CHARS_MAX).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
        let mut authorization: MetadataValue<Ascii> = is_key.then(|| format!("Bearer {key}").parse().ok())??;
        authorization.set_sensitive(true);
        Some(Self { authorization, id })
    }

    /// A message for the server, with the caller's key.
    pub(crate) fn request<T>(&self, message: T) -> tonic::Request<T> {
        let mut request = tonic::Request::new(message);
        request.metadata_mut().insert("authorization", self.authorization.clone());
        if let Ok(id) = MetadataValue::try_from(self.id.as_str()) {
            request.metadata_mut().insert("request-id", id);
        }
        request
    }
}

/// The server's answer, within the time that a management call may take.
pub(crate) async fn answer<T>(
    admin: &Admin,
    call: impl Future<Output = Result<tonic::Response<T>, Status>>,
) -> Result<T, Failure> {
    match timeout(admin.config.management_timeout, call).await {
        Ok(Ok(response)) => Ok(response.into_inner()),
        Ok(Err(status)) => Err(Failure::from(&status)),
        Err(_) => Err(Failure::from(&Status::deadline_exceeded(""))),
    }
}

/// The fields of the request's body.
pub(crate) async fn fields(admin: &Admin, request: Request) -> Result<Fields, Refusal> {
    let bytes_max = admin.config.request_body_bytes_max;
    let (parts, body) = request.into_parts();
    let body = match timeout(admin.config.request_body_timeout, Limited::new(body, bytes_max).collect()).await {
        Ok(Ok(body)) => body.to_bytes(),
        Ok(Err(error)) if error.is::<LengthLimitError>() => {
            let message = format!("The body is larger than {bytes_max} bytes");
            return Err(Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, message, "Send less; see docs/limits.md."));
        }
        Ok(Err(_)) => return Err(Refusal::invalid("The body could not be read")),
        Err(_) => {
            let help = "Send the body at once; see docs/limits.md.";
            return Err(Refusal::new(StatusCode::REQUEST_TIMEOUT, "The body did not arrive in time", help));
        }
    };
    // A form of another site can send a body of any type but this one without being asked first.
    if !body.is_empty() && !is_json(&parts.headers) {
        let help = "Send Content-Type: application/json; see docs/api.md.";
        return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "The body must be JSON", help));
    }
    Fields::parse(&body)
}

fn is_json(headers: &HeaderMap) -> bool {
    let media_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    media_type.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json")
}

/// Whether the query asks that nothing be changed. What is neither a yes nor a no is refused: a call that was meant to
/// change nothing must not.
pub(crate) fn is_validate_only(request: &Request) -> Result<bool, Refusal> {
    let pairs = request.uri().query().unwrap_or_default().split('&');
    let asked =
        pairs.filter_map(|pair| pair.split_once('=').or(Some((pair, "true")))).find(|(key, _)| *key == "validateOnly");
    match asked.map(|(_, value)| value) {
        None | Some("false" | "0") => Ok(false),
        Some("true" | "1") => Ok(true),
        Some(_) => Err(Refusal::invalid("validateOnly must be true or false")),
    }
}

/// The id in a path; `None` where no resource can have it.
pub(crate) fn id(path: Result<Path<String>, PathRejection>) -> Option<String> {
    path.ok().map(|Path(id)| id).filter(|id| is_id(id))
}

/// Whether a resource can have this id.
pub(crate) fn is_id(id: &str) -> bool {
    (1..=ID_CHARS_MAX).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_taken_from_basic_and_bearer_and_nowhere_else() {
        let key = |authorization: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::AUTHORIZATION, authorization.parse().expect("a field value"));
            let id = RequestId::of(&headers);
            Caller::of(&headers, id).map(|caller| caller.authorization.to_str().unwrap_or_default().to_owned())
        };
        let basic = |text: &str| format!("Basic {}", BASE64_STANDARD.encode(text));
        assert_eq!(key(&basic("private_x:")).as_deref(), Some("Bearer private_x"));
        assert_eq!(key(&basic("private_x")).as_deref(), Some("Bearer private_x"));
        assert_eq!(key("bearer private_x").as_deref(), Some("Bearer private_x"));
        for none in [&basic(":private_x"), &basic("a b:"), &basic("a\r\nb:"), "Basic ?", "Bearer ", "Digest x", "x"] {
            assert_eq!(key(none), None, "{none}");
        }
    }
}
