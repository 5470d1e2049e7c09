//! What renditions are found by: a digest over everything that they depend on.

use super::Address;
use crate::{
    cache::Key,
    origin::{Location, Origin},
};
use aws_lc_rs::digest::{Context, SHA256};
use darkroom_engine::Accept;
use std::sync::Arc;

/// Grows when the engine makes other bytes of the same request, so that a disk cache of an older build is not used.
const ENGINE_GENERATION: &str = "2";

/// The key of a rendition. `transformation` is the canonical text of the address' pipeline.
pub(super) fn rendition(address: &Address, transformation: &str, accept: Accept) -> Key {
    let mut digest = Digest::new("rendition");
    digest.original(address);
    digest.text(transformation);
    digest.text(match (accept.avif, accept.webp) {
        (true, true) => "avif webp",
        (true, false) => "avif",
        (false, true) => "webp",
        (false, false) => "",
    });
    digest.key()
}

/// The key of a source.
pub(super) fn original(address: &Address) -> Key {
    let mut digest = Digest::new("original");
    digest.original(address);
    digest.key()
}

/// The key of a source as it came from an origin at a version.
pub(super) fn version(address: &Address, origin: &str, version: &str) -> Key {
    let mut digest = Digest::new("version");
    digest.original(address);
    digest.text(origin);
    digest.text(version);
    digest.key()
}

/// A strong etag over what a rendition was made of and how, with its quotes.
pub(super) fn etag(parts: &[&str]) -> String {
    let mut digest = Digest::new("etag");
    for part in parts {
        digest.text(part);
    }
    format!("\"{}\"", hex::encode(&digest.key().0[..16]))
}

struct Digest(Context);

impl Digest {
    fn new(kind: &str) -> Self {
        let mut digest = Self(Context::new(&SHA256));
        digest.text(kind);
        digest.text(ENGINE_GENERATION);
        digest
    }

    /// Length first, so that no two sequences of texts give the same bytes.
    fn text(&mut self, text: &str) {
        self.0.update(&(text.len() as u64).to_le_bytes());
        self.0.update(text.as_bytes());
    }

    /// The endpoint and its origins with their versions: after a change of configuration nothing old is found.
    fn original(&mut self, address: &Address) {
        let (id, etag) =
            address.url_endpoint.as_ref().map_or(("", ""), |endpoint| (endpoint.id.as_str(), endpoint.etag.as_str()));
        self.text(id);
        self.text(etag);
        self.text(&address.origins.len().to_string());
        for origin in &address.origins {
            self.text(&origin.id);
            self.text(&origin.etag);
        }
        self.text(address.path.as_str());
        self.text(&address.query);
        self.text(if address.origins.iter().any(depends_on_host) { &address.host } else { "" });
    }

    fn key(self) -> Key {
        let mut key = [0; 32];
        key.copy_from_slice(self.0.finish().as_ref());
        Key(key)
    }
}

/// Whether what an origin answers depends on the host that the client asked for.
fn depends_on_host(origin: &Arc<Origin>) -> bool {
    match &origin.location {
        Location::WebFolder(location) => location.forward_host_header,
        Location::Gcs(_)
        | Location::AzureBlob(_)
        | Location::S3(_)
        | Location::S3Compatible(_)
        | Location::WebProxy(_)
        | Location::Folder(_) => false,
    }
}
