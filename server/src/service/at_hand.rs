//! Hits without messages, for a gateway in the same process.

use super::image_service::{HITS, Images, fresh_rendition, modify_time, signed};
use crate::cache::Entry;
use darkroom_api::{
    at_hand::{Asked, AtHand, Facts, Hit},
    v1::Rendition,
};
use darkroom_engine::language::Hints;
use std::sync::OnceLock;

impl AtHand for Images {
    fn at_hand(&self, asked: &Asked<'_>) -> Option<Hit> {
        let Asked { host, target, accept, request_id } = *asked;
        // As in `transform_image`: switched off where traces go nowhere.
        let looking = tracing::info_span!(target: HITS, "hit", request_id);
        let hit = looking.in_scope(|| self.delivery.hit(host, target, accept, Hints::default()))?;
        let facts = hit.facts(
            |facts| is_of(&facts.rendition, &hit.entry),
            || {
                let fresh = fresh_rendition(&hit.entry, hit.told(), hit.max_age);
                Facts { rendition: Rendition { cached: true, ..fresh }, written: OnceLock::new() }
            },
        );
        Some(Hit { facts, data: hit.entry.data.clone(), took: hit.took })
    }
}

/// Whether these are the facts of this entry. Of one URL, only what is compared here can differ from one entry to the
/// next; which origin it came from is in the etag.
fn is_of(rendition: &Rendition, entry: &Entry) -> bool {
    rendition.etag == entry.etag
        && rendition.media_type == entry.media_type
        && rendition.size_bytes == signed(entry.data.len() as u64)
        && (rendition.width_px, rendition.height_px) == (entry.width_px, entry.height_px)
        && rendition.modify_time == modify_time(entry)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::Told;
    use bytes::Bytes;
    use std::time::Duration;

    fn entry() -> Entry {
        Entry {
            media_type: "image/webp".into(),
            etag: "\"e\"".into(),
            source_version: "v".into(),
            origin: "o".into(),
            width_px: 3,
            height_px: 2,
            checked_at: 1,
            modified_at: 5,
            data: Bytes::from_static(b"abc"),
        }
    }

    #[test]
    fn facts_are_of_an_entry_while_nothing_that_is_told_has_changed() {
        let told = Told {
            url_endpoint: String::new(),
            canonical_urls: Vec::new(),
            file_name: "a.jpg".into(),
            transformation: String::new(),
            negotiated: false,
            dependence: darkroom_engine::language::Dependence::default(),
            warnings: Vec::new(),
        };
        let rendition = fresh_rendition(&entry(), &told, Duration::from_secs(1));
        assert!(is_of(&rendition, &entry()));
        assert!(is_of(&rendition, &Entry { checked_at: 9, ..entry() }), "asked for again, and unchanged");
        for other in [
            Entry { media_type: "image/png".into(), ..entry() },
            Entry { etag: "\"f\"".into(), ..entry() },
            Entry { width_px: 4, ..entry() },
            Entry { height_px: 4, ..entry() },
            Entry { modified_at: 0, ..entry() },
            Entry { data: Bytes::from_static(b"abcd"), ..entry() },
        ] {
            assert!(!is_of(&rendition, &other), "{other:?}");
        }
    }
}
