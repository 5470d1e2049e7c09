//! What delivery URLs mean, of those that were answered a moment ago, so that a hit in the cache parses nothing.
//!
//! [`Address::resolve`] stays the only reader of URLs: a line of this table is what it said of the same bytes, with
//! the same hints, under the same snapshot of the registry. Any change of an origin, an endpoint, a named
//! transformation or a key is another snapshot, and makes every line worthless at once; a signature's expiry is
//! compared at each look. What is not here, or no longer true, is read anew.

use super::{
    Address, Request,
    address::{Locator, Source},
};
use crate::{cache::Key, origin::Origin, registry::Snapshot};
use arc_swap::ArcSwapOption;
use darkroom_api::at_hand::Facts;
use darkroom_engine::{
    Accept,
    language::{Dependence, Hints},
};
use foyer::{CacheBuilder, S3FifoConfig};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::{
    hash::RandomState,
    sync::{Arc, OnceLock, Weak},
};

/// Bytes that the table takes, as they are reckoned by [`Known::weight`].
const BYTES_MAX: usize = 32 * 1024 * 1024;
/// Locks between which lines are spread.
const SHARDS: usize = 8;
/// What a line takes beside its texts: its place in the table, counters, small allocations.
const OVERHEAD_BYTES: usize = 384;
/// What the facts of one rendition take, with the lines that are written of them: each text of the line once more, and
/// this.
const FACTS_BYTES: usize = 1024;

/// What is encoded in the path of a canonical link.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The table. S3-FIFO, as the memory tier of the cache: URLs that are asked once do not push out the others.
#[derive(Debug, Clone)]
pub(super) struct KnownUrls {
    /// The hash is keyed at random: neither can lines be made to collide, nor does the time of a look tell how much
    /// of a guessed signature is right.
    lines: foyer::Cache<Vec<u8>, Arc<Known>, RandomState>,
}

/// What a URL means beside the rendition itself.
#[derive(Debug)]
pub(super) struct Known {
    /// What it was read under. Weak: the table keeps no old registry alive, and no other one can get its place.
    snapshot: Weak<Snapshot>,
    /// When its signature expires, in seconds since 1970.
    expiry: Option<i64>,
    /// The keys of its renditions, by what the client takes: each is set when one was delivered.
    keys: [OnceLock<Key>; 4],
    /// What was told last of those renditions, likewise.
    facts: [ArcSwapOption<Facts>; 4],
    pub(super) told: Arc<Told>,
}

/// What is told of every rendition of an address. It holds texts alone: credentials of an origin that was deleted
/// must not stay in memory because a URL is remembered.
#[derive(Debug)]
pub struct Told {
    /// Resource name of the URL endpoint; empty where an origin was named.
    pub url_endpoint: String,
    /// Ids of its origins, each with the URL that its canonical link names: empty where it wants none.
    pub canonical_urls: Vec<(String, String)>,
    /// What a person who saves it calls it, with the extension of the source.
    pub file_name: String,
    /// Canonical text of the transformation.
    pub transformation: String,
    /// Whether the format depends on what the client takes.
    pub negotiated: bool,
    /// The client hints that it depends on.
    pub dependence: Dependence,
    /// Parameters that were dropped, in words.
    pub warnings: Vec<String>,
}

/// The name of a line: all that the meaning of a URL depends on beside the registry and the time.
#[derive(Debug)]
pub(super) struct Name(Vec<u8>);

impl Name {
    /// `None` where no URL was asked for.
    pub(super) fn of(request: &Request) -> Option<Self> {
        let Request { source, transformation, accept: _, hints } = request;
        match (source, transformation) {
            (Source::At(Locator::Url { host, target }), None) => Some(Self::of_url(host, target, *hints)),
            _ => None,
        }
    }

    pub(super) fn of_url(host: &str, target: &str, hints: Hints) -> Self {
        let mut name = Vec::with_capacity(3 * size_of::<u64>() + 2 + host.len() + target.len());
        for hint in [hints.width_px, hints.dpr] {
            name.push(u8::from(hint.is_some()));
            name.extend_from_slice(&hint.unwrap_or_default().to_bits().to_le_bytes());
        }
        // With its length, so that no two questions have one name.
        name.extend_from_slice(&host.len().to_le_bytes());
        name.extend_from_slice(host.as_bytes());
        name.extend_from_slice(target.as_bytes());
        Self(name)
    }
}

impl KnownUrls {
    pub(super) fn new() -> Self {
        let lines = CacheBuilder::new(BYTES_MAX)
            .with_shards(SHARDS)
            .with_eviction_config(S3FifoConfig::default())
            .with_hash_builder(RandomState::new())
            .with_weighter(|url: &Vec<u8>, known: &Arc<Known>| url.len() + known.weight())
            .build();
        Self { lines }
    }

    /// What is known of a URL under `snapshot` at `now`, in seconds since 1970.
    pub(super) fn get(&self, name: &Name, snapshot: &Snapshot, now: i64) -> Option<Arc<Known>> {
        let line = self.lines.get(name.0.as_slice())?;
        let known = line.value();
        (known.is_of(snapshot) && known.expiry.is_none_or(|expiry| expiry >= now)).then(|| Arc::clone(known))
    }

    /// Notes that `key` is the rendition that was delivered to who takes `accept`, for a URL that was read under
    /// `snapshot` and whose signature expires at `expiry`.
    pub(super) fn note(
        &self,
        name: Name,
        snapshot: &Arc<Snapshot>,
        expiry: Option<i64>,
        told: &Arc<Told>,
        accept: Accept,
        key: Key,
    ) {
        let line = self.lines.get(name.0.as_slice()).filter(|line| line.value().is_of(snapshot));
        let known = line.map_or_else(
            || {
                let (snapshot, told) = (Arc::downgrade(snapshot), Arc::clone(told));
                let known = Known { snapshot, expiry, keys: Default::default(), facts: Default::default(), told };
                Arc::clone(self.lines.insert(name.0, Arc::new(known)).value())
            },
            |line| Arc::clone(line.value()),
        );
        // The same question under the same snapshot has one key: who came first has set the same.
        let _ = known.keys[place(accept)].set(key);
    }
}

impl Known {
    /// The key of the rendition for who takes `accept`, where one was delivered before.
    pub(super) fn key(&self, accept: Accept) -> Option<&Key> {
        self.keys[place(accept)].get()
    }

    /// What was told last of the rendition for who takes `accept`, if it is still what `is_true` takes for the truth; else
    /// what `make` says, from now on.
    pub(super) fn facts(
        &self,
        accept: Accept,
        is_true: impl FnOnce(&Facts) -> bool,
        make: impl FnOnce() -> Facts,
    ) -> Arc<Facts> {
        let place = &self.facts[place(accept)];
        if let Some(facts) = place.load_full().filter(|facts| is_true(facts)) {
            return facts;
        }
        let facts = Arc::new(make());
        place.store(Some(Arc::clone(&facts)));
        facts
    }

    fn is_of(&self, snapshot: &Snapshot) -> bool {
        std::ptr::eq(self.snapshot.as_ptr(), snapshot)
    }

    /// Bytes of all that it holds.
    fn weight(&self) -> usize {
        let Told { url_endpoint, canonical_urls, file_name, transformation, negotiated: _, dependence: _, warnings } =
            &*self.told;
        let pairs = canonical_urls.iter().flat_map(|(origin, url)| [origin, url]);
        let texts = [url_endpoint, file_name, transformation].into_iter().chain(pairs).chain(warnings);
        OVERHEAD_BYTES
            + size_of::<Self>()
            + size_of::<Told>()
            + FACTS_BYTES
            + texts.map(|text| size_of::<String>() + 2 * text.len()).sum::<usize>()
    }
}

impl Told {
    pub(super) fn of(address: &Address) -> Self {
        let canonical_url = |origin: &Origin| {
            let wanted = origin.include_canonical_header && !origin.canonical_base_url.is_empty();
            let path = utf8_percent_encode(address.path.as_str(), PATH);
            if wanted { format!("{}/{path}", origin.canonical_base_url) } else { String::new() }
        };
        Self {
            url_endpoint: address.url_endpoint_name(),
            canonical_urls: address.origins.iter().map(|origin| (origin.id.clone(), canonical_url(origin))).collect(),
            file_name: address.file_name.clone(),
            transformation: address.pipeline.to_string(),
            negotiated: address.pipeline.negotiates(),
            dependence: address.dependence,
            warnings: address.warnings.clone(),
        }
    }
}

fn place(accept: Accept) -> usize {
    let Accept { avif, webp } = accept;
    2 * usize::from(avif) + usize::from(webp)
}

#[cfg(test)]
mod tests {
    use super::*;
    use darkroom_engine::language::Hints;

    const KEY: Key = Key([7; 32]);
    const WEBP: Accept = Accept { avif: false, webp: true };
    const NOW: i64 = 1_700_000_000;

    fn request(host: &str, target: &str, hints: Hints) -> Request {
        let locator = Locator::Url { host: host.into(), target: target.into() };
        Request { source: Source::At(locator), transformation: None, accept: String::new(), hints }
    }

    fn name(host: &str, target: &str) -> Name {
        Name::of(&request(host, target, Hints::default())).unwrap()
    }

    fn told(transformation: &str) -> Arc<Told> {
        Arc::new(Told {
            url_endpoint: "urlEndpoints/default".into(),
            canonical_urls: Vec::new(),
            file_name: "a.jpg".into(),
            transformation: transformation.into(),
            negotiated: true,
            dependence: Dependence::default(),
            warnings: Vec::new(),
        })
    }

    fn noted(expiry: Option<i64>) -> (KnownUrls, Arc<Snapshot>) {
        let (known, snapshot) = (KnownUrls::new(), Arc::new(Snapshot::default()));
        known.note(name("h", "/a.jpg"), &snapshot, expiry, &told("w-1"), WEBP, KEY);
        (known, snapshot)
    }

    #[test]
    fn a_url_is_known_by_all_of_its_bytes_and_its_hints() {
        let (known, snapshot) = noted(None);
        assert!(known.get(&name("h", "/a.jpg"), &snapshot, NOW).is_some());
        for (host, target) in [("h2", "/a.jpg"), ("", "/a.jpg"), ("h", "/a.jpg?"), ("h", "/A.jpg"), ("h/", "a.jpg")] {
            assert!(known.get(&name(host, target), &snapshot, NOW).is_none(), "{host} {target}");
        }
        for hints in [Hints { width_px: Some(0.0), dpr: None }, Hints { width_px: None, dpr: Some(2.0) }] {
            let name = Name::of(&request("h", "/a.jpg", hints)).unwrap();
            assert!(known.get(&name, &snapshot, NOW).is_none(), "{hints:?}");
        }
    }

    #[test]
    fn what_a_client_takes_has_its_own_key() {
        let (known, snapshot) = noted(None);
        let key = |accept| known.get(&name("h", "/a.jpg"), &snapshot, NOW).unwrap().key(accept).copied();
        let avif = Accept { avif: true, webp: true };
        assert_eq!((key(WEBP), key(avif), key(Accept::default())), (Some(KEY), None, None));
        known.note(name("h", "/a.jpg"), &snapshot, None, &told("w-1"), avif, Key([8; 32]));
        assert_eq!((key(WEBP), key(avif), key(Accept::default())), (Some(KEY), Some(Key([8; 32])), None));
    }

    #[test]
    fn nothing_is_known_under_another_snapshot_however_alike() {
        let (known, snapshot) = noted(None);
        let next = Arc::new(Snapshot::default());
        assert!(known.get(&name("h", "/a.jpg"), &next, NOW).is_none());
        // A request that began before the change may end after it.
        known.note(name("h", "/a.jpg"), &next, None, &told("w-2"), WEBP, Key([9; 32]));
        let line = known.get(&name("h", "/a.jpg"), &next, NOW).unwrap();
        assert_eq!((line.key(WEBP), line.told.transformation.as_str()), (Some(&Key([9; 32])), "w-2"));
        known.note(name("h", "/a.jpg"), &snapshot, None, &told("w-1"), WEBP, KEY);
        assert!(known.get(&name("h", "/a.jpg"), &next, NOW).is_none());
        // The place of one that is gone is not given to another while a line points there.
        drop(snapshot);
        let many: Vec<_> = (0..100).map(|_| Arc::new(Snapshot::default())).collect();
        assert!(many.iter().all(|snapshot| known.get(&name("h", "/a.jpg"), snapshot, NOW).is_none()));
    }

    #[test]
    fn a_signature_ends_what_is_known() {
        let (known, snapshot) = noted(Some(NOW));
        assert!(known.get(&name("h", "/a.jpg"), &snapshot, NOW).is_some());
        assert!(known.get(&name("h", "/a.jpg"), &snapshot, NOW + 1).is_none());
    }

    #[test]
    fn the_table_is_bounded() {
        let (known, snapshot) = (KnownUrls::new(), Arc::new(Snapshot::default()));
        for number in 0..20_000 {
            let name = name("h", &format!("/{number}/{}", "a".repeat(2000)));
            known.note(name, &snapshot, None, &told("w-1"), WEBP, KEY);
        }
        assert!(known.lines.usage() <= BYTES_MAX, "{}", known.lines.usage());
        assert!(known.lines.usage() > BYTES_MAX / 2, "{}", known.lines.usage());
    }

    #[test]
    fn only_urls_are_known() {
        let of_data = Request { source: Source::Data("x".into()), ..request("h", "/a", Hints::default()) };
        assert!(Name::of(&of_data).is_none());
        let with_steps = Request { transformation: Some("w-1".into()), ..request("h", "/a", Hints::default()) };
        assert!(Name::of(&with_steps).is_none());
    }
}
