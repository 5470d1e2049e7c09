//! Where a page ended. Nothing in it is secret; the checksum is there so that nobody builds tokens by hand and then
//! depends on their form.

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

const CHECKSUM_BYTES: usize = 4;

/// The token for what comes after the resource with this id in the list of `kind`.
pub(super) fn after(kind: &str, id: &str) -> String {
    let mut token = checksum(kind, id);
    token.extend_from_slice(id.as_bytes());
    URL_SAFE_NO_PAD.encode(token)
}

/// The id in a token that was given out for the list of `kind`.
pub(super) fn last_id(kind: &str, token: &str) -> Option<String> {
    let token = URL_SAFE_NO_PAD.decode(token).ok()?;
    let (given, id) = token.split_at_checked(CHECKSUM_BYTES)?;
    let id = std::str::from_utf8(id).ok()?;
    (given == checksum(kind, id)).then(|| id.to_owned())
}

fn checksum(kind: &str, id: &str) -> Vec<u8> {
    let labelled = format!("darkroom {kind} page {id}");
    digest(&SHA256, labelled.as_bytes()).as_ref()[..CHECKSUM_BYTES].to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_given_out_is_taken() {
        assert_eq!(last_id("url endpoints", &after("url endpoints", "shop")).as_deref(), Some("shop"));
        assert_eq!(last_id("url endpoints", &after("named transformations", "shop")), None);
        for token in ["", "shop", "AAAAAHNob3A", "====", &URL_SAFE_NO_PAD.encode("shop")] {
            assert_eq!(last_id("url endpoints", token), None, "{token}");
        }
    }
}
