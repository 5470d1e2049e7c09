//! Who may call: every service but health and reflection demands an access key.

use super::status;
use crate::registry::Registry;
use darkroom_api::v1::ErrorReason;
use tonic::{Request, Status, service::Interceptor};

/// Lets calls through that carry `authorization: Bearer <access key>`. Says nothing but that a key is needed to
/// all others, whatever they asked for.
#[derive(Debug, Clone)]
pub struct Access {
    registry: Registry,
}

impl Access {
    /// Keys are looked up in the registry's snapshot, so a deleted key is refused from the next call on.
    pub fn new(registry: Registry) -> Self {
        Self { registry }
    }
}

/// Whose call it is; on every call that [`Access`] let through.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Id of the access key.
    pub access_key: String,
}

impl Interceptor for Access {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        let given = request.metadata().get("authorization").and_then(|value| value.to_str().ok());
        let key = given.and_then(bearer).unwrap_or_default();
        let caller = self.registry.snapshot().access_key(key).map(|found| Caller { access_key: found.id.clone() });
        if let Some(caller) = caller {
            request.extensions_mut().insert(caller);
            Ok(request)
        } else {
            metrics::counter!("darkroom_access_refused_total").increment(1);
            Err(status::status(
                ErrorReason::AccessKeyRequired,
                "a valid access key is required: `authorization: Bearer <private key>`",
                &[],
            ))
        }
    }
}

/// The token of a `Bearer` credential; the scheme's case does not matter (RFC 9110).
fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

#[cfg(test)]
mod tests {
    use super::bearer;

    #[test]
    fn only_bearer_is_a_key() {
        assert_eq!(bearer("Bearer abc"), Some("abc"));
        assert_eq!(bearer("bearer  abc "), Some("abc"));
        assert_eq!(bearer("Basic abc"), None);
        assert_eq!(bearer("abc"), None);
    }
}
