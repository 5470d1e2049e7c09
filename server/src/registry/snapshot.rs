//! What is registered, as one immutable value. Every request reads one snapshot from its start to its end.

use super::{NamedTransformation, UrlEndpoint, change::Write, rules::DEFAULT_URL_ENDPOINT};
use crate::{
    origin::Origin,
    secret::{ExposeSecret as _, SecretString},
};
use aws_lc_rs::{
    constant_time::verify_slices_are_equal,
    digest::{SHA256, digest},
};
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, OnceLock},
};

/// All that is registered at one moment.
#[derive(Debug, Default)]
pub struct Snapshot {
    /// Grows with every change.
    pub version: u64,
    /// By id.
    pub origins: BTreeMap<String, Arc<Origin>>,
    /// By id.
    pub url_endpoints: BTreeMap<String, Arc<UrlEndpoint>>,
    /// By name.
    pub named_transformations: BTreeMap<String, Arc<NamedTransformation>>,
    /// The account's keys.
    pub access_keys: Vec<AccessKey>,
    /// Endpoints by what leads to them; made when the first request asks.
    pub(crate) ways_in: OnceLock<WaysIn>,
}

/// An access key.
#[derive(Debug, Clone)]
pub struct AccessKey {
    /// The last part of its resource name.
    pub id: String,
    /// What opens the management API and signs URLs.
    pub private_key: SecretString,
}

/// Which endpoint a URL belongs to.
#[derive(Debug, Clone)]
pub struct EndpointMatch {
    /// The endpoint.
    pub url_endpoint: Arc<UrlEndpoint>,
    /// Why: `host`, `prefix` or `default`.
    pub matched_by: &'static str,
    /// How many bytes of the path, its leading slash included, name the endpoint: 0 or `/prefix`.
    pub prefix_bytes: usize,
}

/// Endpoints by host name and by prefix.
#[derive(Debug, Default)]
pub(crate) struct WaysIn {
    hosts: HashMap<String, Arc<UrlEndpoint>>,
    prefixes: HashMap<String, Arc<UrlEndpoint>>,
}

impl Snapshot {
    /// The endpoint for `host` (with or without a port, any case) and a raw path that starts with `/`: a host
    /// that is bound to one endpoint wins, then the first segment as a prefix, then the default endpoint.
    pub fn endpoint_for(&self, host: &str, path: &str) -> Option<EndpointMatch> {
        let ways_in = self.ways_in.get_or_init(|| WaysIn::new(&self.url_endpoints));
        // Most installations bind no host: the host's name then needs no copy in lower case.
        if !ways_in.hosts.is_empty()
            && let Some(url_endpoint) = ways_in.hosts.get(&host_name(host))
        {
            return Some(EndpointMatch { url_endpoint: Arc::clone(url_endpoint), matched_by: "host", prefix_bytes: 0 });
        }
        let rest = path.strip_prefix('/').unwrap_or(path);
        let segment = rest.split('/').next().unwrap_or(rest);
        if let Some(url_endpoint) = ways_in.prefixes.get(segment) {
            return Some(EndpointMatch {
                url_endpoint: Arc::clone(url_endpoint),
                matched_by: "prefix",
                prefix_bytes: path.len() - rest.len() + segment.len(),
            });
        }
        self.url_endpoints.get(DEFAULT_URL_ENDPOINT).map(|url_endpoint| EndpointMatch {
            url_endpoint: Arc::clone(url_endpoint),
            matched_by: "default",
            prefix_bytes: 0,
        })
    }

    /// The named transformation of this name or uid.
    pub fn named_transformation(&self, id: &str) -> Option<&Arc<NamedTransformation>> {
        self.named_transformations.get(id).or_else(|| self.named_transformations.values().find(|named| named.uid == id))
    }

    /// Whether `key` is one of the account's.
    pub fn opens(&self, key: &str) -> bool {
        self.access_key(key).is_some()
    }

    /// The account's access key that `key` is. Takes the same time wherever the first difference is.
    pub fn access_key(&self, key: &str) -> Option<&AccessKey> {
        // Digests have one length, so not even the length of a key shows; and no key is left out after a match.
        let given = digest(&SHA256, key.as_bytes());
        let mut found = None;
        for access_key in &self.access_keys {
            let stored = digest(&SHA256, access_key.private_key.expose_secret().as_bytes());
            if verify_slices_are_equal(given.as_ref(), stored.as_ref()).is_ok() {
                found = Some(access_key);
            }
        }
        found
    }

    /// What is registered after `writes`.
    pub(super) fn after(&self, version: u64, writes: Vec<Write>) -> Self {
        let mut after = Self {
            version,
            origins: self.origins.clone(),
            url_endpoints: self.url_endpoints.clone(),
            named_transformations: self.named_transformations.clone(),
            access_keys: self.access_keys.clone(),
            ways_in: OnceLock::new(),
        };
        for write in writes {
            match write {
                Write::PutOrigin(origin) => {
                    after.origins.insert(origin.id.clone(), origin);
                }
                Write::DropOrigin(id) => {
                    after.origins.remove(&id);
                }
                Write::PutUrlEndpoint(endpoint) => {
                    after.url_endpoints.insert(endpoint.id.clone(), endpoint);
                }
                Write::DropUrlEndpoint(id) => {
                    after.url_endpoints.remove(&id);
                }
                Write::PutNamedTransformation(named) => {
                    // Under its old name too, when that has changed.
                    after.named_transformations.retain(|_, stored| stored.uid != named.uid);
                    after.named_transformations.insert(named.name.clone(), named);
                }
                Write::DropNamedTransformation(uid) => {
                    after.named_transformations.retain(|_, stored| stored.uid != uid);
                }
                Write::AddAccessKey(key, _) => after.access_keys.push(key),
            }
        }
        after
    }
}

impl WaysIn {
    fn new(url_endpoints: &BTreeMap<String, Arc<UrlEndpoint>>) -> Self {
        let mut ways_in = Self::default();
        for url_endpoint in url_endpoints.values() {
            for host in &url_endpoint.hosts {
                ways_in.hosts.insert(host.clone(), Arc::clone(url_endpoint));
            }
            if !url_endpoint.url_prefix.is_empty() {
                ways_in.prefixes.insert(url_endpoint.url_prefix.clone(), Arc::clone(url_endpoint));
            }
        }
        ways_in
    }
}

/// The name in a `Host` header: lower case, without the port and the dot of the root.
fn host_name(host: &str) -> String {
    let name = match host.rsplit_once(':') {
        // An IPv6 address has colons of its own, inside brackets.
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::url_endpoint::tests::url_endpoint;

    fn snapshot() -> Snapshot {
        let endpoints = [
            UrlEndpoint { hosts: vec!["default.example.com".into()], ..url_endpoint("default", "") },
            UrlEndpoint { hosts: vec!["shop.example.com".into()], ..url_endpoint("shop", "shop") },
            url_endpoint("blog", "blog"),
        ];
        Snapshot {
            url_endpoints: endpoints.into_iter().map(|e| (e.id.clone(), Arc::new(e))).collect(),
            ..Snapshot::default()
        }
    }

    #[test]
    fn which_endpoint_a_url_belongs_to() {
        let snapshot = snapshot();
        for (host, path, expected) in [
            ("", "/a.jpg", ("default", "default", "/a.jpg")),
            ("localhost:8080", "/blog/a.jpg", ("blog", "prefix", "/a.jpg")),
            ("localhost", "/blog", ("blog", "prefix", "")),
            ("localhost", "/blog/", ("blog", "prefix", "/")),
            ("localhost", "/blogs/a.jpg", ("default", "default", "/blogs/a.jpg")),
            ("localhost", "/Blog/a.jpg", ("default", "default", "/Blog/a.jpg")),
            ("localhost", "/%62log/a.jpg", ("default", "default", "/%62log/a.jpg")),
            ("localhost", "//blog/a.jpg", ("default", "default", "//blog/a.jpg")),
            ("localhost", "/tr:w-1/blog/a.jpg", ("default", "default", "/tr:w-1/blog/a.jpg")),
            ("localhost", "/", ("default", "default", "/")),
            ("localhost", "", ("default", "default", "")),
            ("shop.example.com", "/a.jpg", ("shop", "host", "/a.jpg")),
            ("SHOP.Example.com.:443", "/blog/a.jpg", ("shop", "host", "/blog/a.jpg")),
            ("shop.example.com.", "/shop/a.jpg", ("shop", "host", "/shop/a.jpg")),
            ("other.shop.example.com", "/a.jpg", ("default", "default", "/a.jpg")),
            ("default.example.com", "/shop/a.jpg", ("default", "host", "/shop/a.jpg")),
            ("[::1]:8080", "/shop/a.jpg", ("shop", "prefix", "/a.jpg")),
            ("[::1]", "/shop/a.jpg", ("shop", "prefix", "/a.jpg")),
        ] {
            let found = snapshot.endpoint_for(host, path).unwrap();
            assert_eq!(
                (found.url_endpoint.id.as_str(), found.matched_by, &path[found.prefix_bytes..]),
                expected,
                "{host} {path}"
            );
        }
        assert!(Snapshot::default().endpoint_for("", "/a.jpg").is_none());
    }

    #[test]
    fn which_keys_open() {
        let key = |id: &str, key: &str| AccessKey { id: id.into(), private_key: key.into() };
        let snapshot = Snapshot {
            access_keys: vec![key("a", "private_first"), key("b", "private_second")],
            ..Snapshot::default()
        };
        for (key, expected) in [
            ("private_first", true),
            ("private_second", true),
            ("private_secon", false),
            ("private_second ", false),
            ("PRIVATE_FIRST", false),
            ("", false),
        ] {
            assert_eq!(snapshot.opens(key), expected, "{key}");
        }
        assert!(!Snapshot::default().opens(""));
        assert!(!format!("{snapshot:?}").contains("private_f"));
    }
}
