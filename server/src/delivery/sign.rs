//! Signing delivery URLs, with the words of the verifier.

use super::{Delivery, signature, target::Target};
use crate::registry::{AccessKey, Snapshot};
use url::{Position, Url};

/// Why a URL was not signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotSigned(String);

impl Delivery {
    /// Signs `url` with the access key of this id, or with the first one; `expiry` is in seconds since 1970.
    pub fn sign(&self, url: &str, access_key: Option<&str>, expiry: Option<i64>) -> Result<String, NotSigned> {
        let snapshot = self.registry.snapshot();
        let keys = &snapshot.access_keys;
        let key = keys.iter().find(|key| Some(key.id.as_str()) == access_key).or(keys.first());
        let key = key.ok_or_else(|| NotSigned("there is no access key to sign with".into()))?;
        sign(&snapshot, url, key, expiry)
    }
}

fn sign(snapshot: &Snapshot, url: &str, key: &AccessKey, expiry: Option<i64>) -> Result<String, NotSigned> {
    // As a browser does, so that what it requests is what was signed.
    let parsed = Url::parse(url).map_err(|error| {
        NotSigned(format!("expected an absolute URL, such as `https://images.example.com/cat.jpg`: {error}"))
    })?;
    let host = match (parsed.scheme(), &parsed[Position::BeforeHost..Position::AfterPort]) {
        ("http" | "https", host) if !host.is_empty() => host,
        _ => return Err(NotSigned("expected a URL that starts with `http://` or `https://`".into())),
    };
    if !parsed.username().is_empty() || parsed.password().is_some() {
        return Err(NotSigned("a delivery URL has no user name".into()));
    }
    if parsed.fragment().is_some() {
        return Err(NotSigned("what follows `#` is never requested; write `%23` where it belongs to the path".into()));
    }
    let found = snapshot
        .endpoint_for(host, parsed.path())
        .ok_or_else(|| NotSigned("there is no URL endpoint for this URL".into()))?;
    let target = Target::parse(&parsed[Position::BeforePath..Position::AfterQuery], found.prefix_bytes)
        .map_err(|error| NotSigned(error.to_string()))?;
    let signature = signature::of(&target, key, expiry);
    let query = [
        target.signed_query.clone(),
        expiry.map(|expiry| format!("ik-t={expiry}")).unwrap_or_default(),
        format!("ik-s={signature}"),
    ];
    let query: Vec<_> = query.into_iter().filter(|part| !part.is_empty()).collect();
    Ok(format!("{}/{}?{}", &parsed[..Position::BeforePath], target.signed_path, query.join("&")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::sample_url_endpoint;
    use std::sync::Arc;

    fn snapshot() -> Snapshot {
        let endpoints = [("default", ""), ("acme", "acme")].map(|(id, prefix)| sample_url_endpoint(id, prefix));
        Snapshot {
            url_endpoints: endpoints.into_iter().map(|endpoint| (endpoint.id.clone(), Arc::new(endpoint))).collect(),
            access_keys: vec![AccessKey { id: "first".into(), private_key: "dummy-key".into() }],
            ..Snapshot::default()
        }
    }

    fn signed(url: &str, expiry: Option<i64>) -> Result<String, String> {
        let snapshot = snapshot();
        sign(&snapshot, url, &snapshot.access_keys[0], expiry).map_err(|error| error.to_string())
    }

    /// Signs, and checks as a delivery does.
    #[track_caller]
    fn check(url: &str, expiry: Option<i64>, expected: &str) {
        let found = signed(url, expiry).unwrap();
        let (unsigned, signature) = found.rsplit_once("ik-s=").unwrap();
        assert_eq!(unsigned, expected, "{url}");
        assert_eq!(signature.len(), 40);
        let snapshot = snapshot();
        let target = found.splitn(4, '/').nth(3).map(|rest| format!("/{rest}")).unwrap();
        let endpoint = snapshot.endpoint_for("", target.split('?').next().unwrap()).unwrap();
        let target = Target::parse(&target, endpoint.prefix_bytes).unwrap();
        signature::verify(&target, &snapshot.access_keys, true).unwrap();
    }

    #[test]
    fn what_is_signed_is_accepted() {
        check("https://h/a.jpg", None, "https://h/a.jpg?");
        check(
            "https://h:8443/acme/tr:w-1,h-2:rt-90/a.jpg?v=2",
            None,
            "https://h:8443/acme/tr:w-1,h-2:rt-90/a.jpg?v=2&",
        );
        check("http://h/a.jpg?tr=w-1", Some(4_000_000_000), "http://h/a.jpg?tr=w-1&ik-t=4000000000&");
        check("http://h/café é.jpg?q=ü x", None, "http://h/caf%C3%A9%20%C3%A9.jpg?q=%C3%BC%20x&");
        check("http://h/a%2Fb%20.jpg", None, "http://h/a%2Fb%20.jpg?");
        check("http://h/tr:l-text,ie-SGk%3D,l-end/a.jpg", None, "http://h/tr:l-text,ie-SGk%3D,l-end/a.jpg?");
        check("http://h/https://e.com/a.jpg", None, "http://h/https://e.com/a.jpg?");
        check("http://h/a.jpg?ik-s=00&v=1&ik-t=5", None, "http://h/a.jpg?v=1&");
        check("http://h/a.jpg?", None, "http://h/a.jpg?");
    }

    #[test]
    fn the_signature_is_that_of_the_sdks() {
        let url = "https://ik.imagekit.io/tr:w-300,h-200/sdk-testing-files/future-search.png?version=2.0";
        let found = signed(url, None).unwrap();
        assert_eq!(found, format!("{url}&ik-s=dd1ee8f83d019bc59fd57a5fc4674a11eb8a3496"));
        let behind = signed("https://ik.imagekit.io/acme/sdk-testing-files/future-search.png", None).unwrap();
        assert!(behind.ends_with("ik-s=32dbbbfc5f945c0403c71b54c38e76896ef2d6b0"), "without the prefix: {behind}");
    }

    #[test]
    fn what_is_no_delivery_url_is_refused() {
        for (url, says) in [
            ("/a.jpg", "absolute"),
            ("", "absolute"),
            ("h/a.jpg", "absolute"),
            ("ftp://h/a.jpg", "http"),
            ("data:image/png,x", "http"),
            ("http://user:pass@h/a.jpg", "user name"),
            ("http://h/a.jpg#top", "%23"),
            ("http://h/", "names no image"),
            ("http://h/a%zz.jpg", "%25"),
            ("http://h/a.jpg?tr=w-1&tr=w-2", "twice"),
        ] {
            let error = signed(url, None).unwrap_err();
            assert!(error.contains(says), "{url}: {error}");
        }
    }
}
