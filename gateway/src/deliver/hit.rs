//! A delivery of what the server has at hand, without a call.

use super::{Delivery, if_none_match};
use crate::{
    plain::{Head, PlainGet, written},
    request_id::RequestId,
};
use bytes::Bytes;
use darkroom_api::at_hand::Asked;
use http::StatusCode;
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::Instant,
};

impl Delivery {
    /// The answer to a plain request, if its image is at hand: the head is written into `head`, the body is returned.
    /// It says what [`deliver`](super::deliver) would say.
    pub(crate) fn hit(&self, request: &PlainGet<'_>, head: &mut Head) -> Option<Bytes> {
        let started = Instant::now();
        let hits = self.hits.as_ref()?;
        if request.target.len() > self.config.url_bytes_max {
            return None;
        }
        let id = RequestId::of_values(request.request_ids);
        let PlainGet { host, target, accept, if_none_match, request_ids: _ } = *request;
        let asked = Asked { host, target, accept, request_id: id.as_str() };
        // Whoever panics here will be called, and may panic there, where the client is told.
        let hit = catch_unwind(AssertUnwindSafe(|| hits.at_hand(&asked))).ok().flatten()?;
        let rendition = &hit.facts.rendition;
        let written = hit.facts.written.get_or_init(|| written(rendition, target));
        let (status, body) = if has_it(if_none_match, &rendition.etag) {
            (StatusCode::NOT_MODIFIED, Bytes::new())
        } else {
            (StatusCode::OK, hit.data)
        };
        let elapsed = started.elapsed();
        head.write_hit(status, written, &id, hit.took, elapsed);
        let path = target.split_once('?').map_or(target, |(path, _)| path);
        self.note("GET", path, status, "HIT", &id, elapsed);
        Some(body)
    }
}

/// Whether a client that sent this field has the image with this etag.
fn has_it(field: &str, etag: &str) -> bool {
    // Nearly always it is one etag, or nothing.
    !field.is_empty()
        && (field == etag || if_none_match(std::iter::once(field)).iter().any(|one| one == "*" || one == etag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_has_an_image_by_any_of_its_etags() {
        for field in ["\"e\"", "W/\"e\"", "\"a\", \"e\"", "*", " \"e\""] {
            assert!(has_it(field, "\"e\""), "{field}");
        }
        for field in ["", "\"f\"", "e", "\"e"] {
            assert!(!has_it(field, "\"e\""), "{field}");
        }
    }
}
