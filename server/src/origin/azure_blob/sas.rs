//! Shared access signatures: what one says about itself.

use crate::origin::Invalid;
use jiff::{SignedDuration, Timestamp, civil, tz::TimeZone};
use percent_encoding::percent_decode_str;
use std::fmt;

const FIELD: &str = "azure_blob.sas_token";
/// Bytes of a token; real ones have less than 500.
const TOKEN_BYTES_MAX: usize = 4096;
/// How long before its end a token is warned about.
const WARN_BEFORE_EXPIRY: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Permissions that change something: add, create, write, delete, delete version, permanent delete, tag, move,
/// execute, ownership, permissions, immutability.
const CHANGING: &str = "acwdxytmeopi";

/// A SAS token, taken apart.
#[derive(Clone)]
pub(super) struct SasToken {
    /// Decoded, as they were given.
    pub(super) pairs: Vec<(String, String)>,
    /// When it ends; a stored access policy may know it instead.
    pub(super) expire_time: Option<Timestamp>,
    /// For example `rl`; a stored access policy may know them instead.
    pub(super) permissions: String,
}

impl fmt::Debug for SasToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SasToken")
            .field("expire_time", &self.expire_time)
            .field("permissions", &self.permissions)
            .finish_non_exhaustive()
    }
}

impl SasToken {
    /// Reads the query of a SAS URL, with or without its `?`. The end of the token is not judged.
    pub(super) fn parse(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        let text = text.strip_prefix('?').unwrap_or(text);
        if text.is_empty() || text.len() > TOKEN_BYTES_MAX {
            return refuse("expected the query of a SAS URL, such as `sv=…&se=…&sp=r&sig=…`");
        }
        let mut pairs = Vec::new();
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let Some((name, value)) = pair.split_once('=') else {
                return refuse("expected `name=value` pairs with `&` between them");
            };
            // Unlike in forms, a `+` is a plus: it is common in signatures that were pasted decoded.
            let Ok(value) = percent_decode_str(value).decode_utf8() else {
                return refuse("a value is not UTF-8 after percent-decoding");
            };
            pairs.push((name.to_owned(), value.into_owned()));
        }
        let mut token = Self { pairs, expire_time: None, permissions: String::new() };
        let has_policy = token.get("si").is_some();
        if token.get("sig").is_none() {
            return refuse("`sig` is missing: without the signature the token opens nothing");
        }
        match token.get("se").map(parse_time) {
            Some(Some(time)) => token.expire_time = Some(time),
            Some(None) => return refuse("`se` is not a time such as `2030-01-31T00:00:00Z`"),
            None if has_policy => {}
            None => return refuse("`se` is missing: the token has no end"),
        }
        match token.get("sp") {
            Some(permissions) if permissions.contains('r') => {
                token.permissions = permissions.to_owned();
            }
            Some(_) => return refuse("`sp` lacks `r`: the token does not allow reading"),
            None if has_policy => {}
            None => return refuse("`sp` is missing: expected permissions with `r` in them"),
        }
        token.check_reach()?;
        Ok(token)
    }

    /// As [`Self::parse`], for a token that is to be used from now on.
    pub(super) fn parse_valid(text: &str, now: Timestamp) -> Result<Self, Invalid> {
        let token = Self::parse(text)?;
        match token.expire_time {
            Some(time) if time <= now => refuse(format!("the token expired on {time}; create a new one")),
            _ => Ok(token),
        }
    }

    /// What a person should know about it.
    pub(super) fn warnings(&self, now: Timestamp) -> Vec<String> {
        let mut warnings = Vec::new();
        match self.expire_time {
            Some(time) if time <= now => {
                warnings.push(format!("the SAS token expired on {time}; nothing is read with it"));
            }
            Some(time) if time.duration_since(now) < WARN_BEFORE_EXPIRY => {
                warnings.push(format!("the SAS token expires on {time}; replace it before"));
            }
            _ => {}
        }
        let changing: String = self.permissions.chars().filter(|permission| CHANGING.contains(*permission)).collect();
        if !changing.is_empty() {
            warnings.push(format!(
                "the SAS token allows more than reading (`sp` has `{changing}`); Darkroom never uses that, `r` is enough"
            ));
        }
        warnings
    }

    /// Whether it opens blobs at all.
    fn check_reach(&self) -> Result<(), Invalid> {
        match (self.get("sr"), self.get("ss")) {
            (Some("b" | "c" | "d"), _) => Ok(()),
            (Some(_), _) => refuse("`sr` is not `c` (container), `d` (directory) or `b` (one blob)"),
            (None, Some(services)) if !services.contains('b') => {
                refuse("`ss` lacks `b`: the token does not reach blobs")
            }
            (None, Some(_)) if !self.get("srt").is_some_and(|types| types.contains('o')) => {
                refuse("`srt` lacks `o`: the token does not reach the blobs themselves")
            }
            (None, Some(_)) => Ok(()),
            (None, None) => refuse("neither `sr` nor `ss` is there: it is no SAS of a container or an account"),
        }
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.pairs
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }
}

/// Azure takes a date alone as its beginning.
fn parse_time(text: &str) -> Option<Timestamp> {
    text.parse().ok().or_else(|| {
        let date: civil::Date = text.parse().ok()?;
        Some(date.to_zoned(TimeZone::UTC).ok()?.timestamp())
    })
}

fn refuse<T>(description: impl Into<String>) -> Result<T, Invalid> {
    Err(Invalid::new(FIELD, description))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "2030-01-01T00:00:00Z";

    fn now() -> Timestamp {
        NOW.parse().unwrap()
    }

    fn check_refused(token: &str, word: &str) {
        let error = SasToken::parse_valid(token, now()).unwrap_err();
        assert_eq!(error.field, FIELD);
        assert!(error.description.contains(word), "{token}: {error}");
        assert!(!error.description.contains("canary"), "{error}");
    }

    #[test]
    fn tokens_that_read_are_taken() {
        for token in [
            "?sv=2024-11-04&sr=c&sp=rl&se=2031-01-01T00%3A00%3A00Z&spr=https&sig=a%2Bb%3D",
            "sr=b&sp=r&se=2031-01-01T00:00Z&sig=a+b=",
            "sr=d&sdd=1&sp=r&se=2031-01-01&sig=a",
            "ss=bfqt&srt=sco&sp=rwdlac&se=2031-01-01T00:00:00Z&sig=a",
            "sr=c&si=policy&sig=a",
        ] {
            let parsed = SasToken::parse_valid(token, now()).unwrap_or_else(|error| panic!("{token}: {error}"));
            assert!(!format!("{parsed:?}").contains("a+b"));
        }
        let token = SasToken::parse("sr=b&sp=r&se=2031-01-01&sig=a%2Bb%3D").unwrap();
        assert_eq!(token.get("sig"), Some("a+b="));
        assert_eq!(token.expire_time.unwrap().to_string(), "2031-01-01T00:00:00Z");
    }

    #[test]
    fn tokens_that_do_not_are_refused_with_what_is_wrong() {
        check_refused("", "expected");
        check_refused("canary", "pairs");
        check_refused("sr=c&sp=r&se=2031-01-01", "`sig`");
        check_refused("sr=c&sp=r&sig=canary", "`se`");
        check_refused("sr=c&sp=r&se=soon&sig=canary", "`se`");
        check_refused("sr=c&se=2031-01-01&sig=canary", "`sp`");
        check_refused("sr=c&sp=wl&se=2031-01-01&sig=canary", "lacks `r`");
        check_refused("sr=c&sp=r&se=2029-12-31T23:59:59Z&sig=canary", "expired on 2029-12-31");
        check_refused("sr=s&sp=r&se=2031-01-01&sig=canary", "`sr`");
        check_refused("ss=fq&srt=o&sp=r&se=2031-01-01&sig=canary", "`ss`");
        check_refused("ss=b&srt=sc&sp=r&se=2031-01-01&sig=canary", "`srt`");
        check_refused("sp=r&se=2031-01-01&sig=canary", "neither");
    }

    #[test]
    fn an_old_token_can_still_be_shown() {
        assert!(SasToken::parse("sr=c&sp=r&se=2001-01-01&sig=a").is_ok());
    }

    #[test]
    fn the_end_and_too_much_power_are_warned_about() {
        let check = |token: &str, expected: &[&str]| {
            let warnings = SasToken::parse(token).unwrap().warnings(now());
            assert_eq!(warnings.len(), expected.len(), "{warnings:?}");
            for (warning, word) in warnings.iter().zip(expected) {
                assert!(warning.contains(word), "{warning}");
            }
        };
        check("sr=c&sp=rl&se=2031-01-01&sig=a", &[]);
        check("sr=c&sp=rl&se=2030-02-01&sig=a", &[]);
        check("sr=c&sp=rl&se=2030-01-30&sig=a", &["expires on 2030-01-30"]);
        check("sr=c&sp=rl&se=2029-01-01&sig=a", &["expired on 2029-01-01"]);
        check("sr=c&sp=racwd&se=2029-01-01&sig=a", &["expired", "`acwd`"]);
    }
}
