//! The name of one request, in the answer, in the log, and in what the server is told.

use http::{HeaderMap, HeaderName, HeaderValue};
use std::{
    fmt,
    hash::{BuildHasher, RandomState},
    sync::{
        LazyLock,
        atomic::{AtomicU64, Ordering},
    },
};

/// The field of an answer that carries it.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");
/// The field of a request that carries a client's own, before [`REQUEST_ID`].
pub(crate) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Characters of a request id that a client gave.
const REQUEST_ID_CHARS_MAX: usize = 64;

/// Names one request.
#[derive(Debug, Clone)]
pub(crate) struct RequestId {
    text: [u8; REQUEST_ID_CHARS_MAX],
    length: usize,
}

impl RequestId {
    /// The client's own, where it gave a harmless one, so that its logs and ours can be put together; else 128
    /// random bits.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        [X_REQUEST_ID, REQUEST_ID]
            .iter()
            .filter_map(|name| headers.get(name))
            .find(|value| is_harmless(value.as_bytes()))
            .map_or_else(Self::random, |value| Self::from_bytes(value.as_bytes()))
    }

    /// Likewise, of the values of those fields, in that order; empty where there is none.
    pub(crate) fn of_values(values: [&[u8]; 2]) -> Self {
        values.into_iter().find(|value| is_harmless(value)).map_or_else(Self::random, Self::from_bytes)
    }

    // Two ids must not be equal by accident; that nobody can guess one is not promised.
    fn random() -> Self {
        static SEEDS: LazyLock<[RandomState; 2]> = LazyLock::new(|| [RandomState::new(), RandomState::new()]);
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let mut text = [0; 32];
        for (half, seed) in text.chunks_exact_mut(16).zip(&*SEEDS) {
            let bits = seed.hash_one(number);
            for (place, digit) in (0..u64::BITS).step_by(4).zip(half) {
                *digit = b"0123456789abcdef"[usize::try_from((bits >> place) & 0xf).unwrap_or(0)];
            }
        }
        Self::from_bytes(&text)
    }

    // Of harmless bytes, not more than the limit.
    fn from_bytes(bytes: &[u8]) -> Self {
        let mut text = [0; REQUEST_ID_CHARS_MAX];
        let length = bytes.len().min(text.len());
        text[..length].copy_from_slice(&bytes[..length]);
        Self { text, length }
    }

    pub(crate) fn value(&self) -> HeaderValue {
        HeaderValue::from_bytes(self.as_bytes()).unwrap_or_else(|_| HeaderValue::from_static("0"))
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.text[..self.length]
    }

    pub(crate) fn as_str(&self) -> &str {
        std::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

fn is_harmless(id: &[u8]) -> bool {
    (1..=REQUEST_ID_CHARS_MAX).contains(&id.len())
        && id.iter().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_harmless_id_is_taken_and_any_other_is_replaced() {
        let id = |name: &'static str, value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(name, HeaderValue::from_str(value).unwrap_or(HeaderValue::from_static("")));
            RequestId::of(&headers).to_string()
        };
        assert_eq!(id("x-request-id", "a.B-9_"), "a.B-9_");
        assert_eq!(id("request-id", "abc"), "abc");
        for bad in ["", "a b", "<script>", "é", &"a".repeat(65)] {
            assert_eq!(id("x-request-id", bad).len(), 32, "{bad}");
        }
        assert_ne!(id("x-request-id", ""), id("x-request-id", ""));
    }
}
