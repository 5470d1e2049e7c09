//! Pages of a list that grows at its end.

use crate::{origin::Origin, service::status};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use std::{collections::BTreeMap, sync::Arc};
use tonic::Status;

const PAGE_SIZE_DEFAULT: usize = 50;
const PAGE_SIZE_MAX: usize = 1000;

/// The page behind `token`, oldest first, and the token for the next one. A token names the last origin that was
/// shown by time and id, so that deleting it does not lose the place.
pub(super) fn of<'a>(
    origins: &'a BTreeMap<String, Arc<Origin>>,
    size: i32,
    token: &str,
) -> Result<(Vec<&'a Origin>, String), Status> {
    let size = match usize::try_from(size) {
        Ok(0) => PAGE_SIZE_DEFAULT,
        Ok(size) => size.min(PAGE_SIZE_MAX),
        Err(_) => {
            return Err(status::invalid_argument("page_size", "expected 0 (for 50) to 1000"));
        }
    };
    let after = match token {
        "" => None,
        token => Some(decode(token).ok_or_else(|| {
            status::invalid_argument("page_token", "expected the `next_page_token` of the page before")
        })?),
    };
    let mut rest: Vec<(i128, &'a Origin)> = origins
        .values()
        .map(|origin| (origin.create_time.as_nanosecond(), &**origin))
        .filter(|(time, origin)| after.as_ref().is_none_or(|(shown, id)| (*time, &origin.id) > (*shown, id)))
        .collect();
    rest.sort_by(|(time, origin), (other_time, other)| (time, &origin.id).cmp(&(other_time, &other.id)));
    let has_more = rest.len() > size;
    rest.truncate(size);
    let next = match rest.last() {
        Some((time, origin)) if has_more => encode(*time, &origin.id),
        _ => String::new(),
    };
    Ok((rest.into_iter().map(|(_, origin)| origin).collect(), next))
}

fn encode(time: i128, id: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(format!("{time} {id}"))
}

fn decode(token: &str) -> Option<(i128, String)> {
    let text = String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
    let (time, id) = text.split_once(' ')?;
    Some((time.parse().ok()?, id.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::origin::{Location, folder};
    use jiff::Timestamp;

    /// Names run against their age.
    fn origins(count: i64) -> BTreeMap<String, Arc<Origin>> {
        (0..count)
            .map(|age| {
                let id = format!("o{:05}", count - age);
                let origin = Origin {
                    id: id.clone(),
                    display_name: "a".to_owned(),
                    location: Location::Folder(folder::Location::default()),
                    include_canonical_header: false,
                    canonical_base_url: String::new(),
                    create_time: Timestamp::from_second(age / 2).unwrap(),
                    update_time: Timestamp::UNIX_EPOCH,
                    etag: "1".to_owned(),
                };
                (id, Arc::new(origin))
            })
            .collect()
    }

    #[test]
    fn sizes() {
        let origins = origins(1100);
        for (size, expected) in [(0, 50), (1, 1), (1000, 1000), (1001, 1000), (i32::MAX, 1000)] {
            assert_eq!(of(&origins, size, "").unwrap().0.len(), expected);
        }
        assert!(of(&origins, -1, "").is_err());
        assert!(of(&origins, 1, "nonsense!").is_err());
    }

    #[test]
    fn every_origin_is_on_one_page_also_when_others_go() {
        let mut origins = origins(10);
        let (mut token, mut shown) = (String::new(), Vec::new());
        loop {
            let (page, next) = of(&origins, 3, &token).unwrap();
            let page: Vec<_> = page.iter().map(|origin| (origin.create_time, origin.id.clone())).collect();
            if let Some((_, last)) = page.last() {
                origins.remove(last);
            }
            shown.extend(page);
            if next.is_empty() {
                break;
            }
            token = next;
        }
        assert_eq!(shown.len(), 10);
        assert!(shown.is_sorted());
    }
}
