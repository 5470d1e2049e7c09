//! Answers that are no image, and connections that gave none, as what they mean.

use super::{
    Error, Limits,
    attempt::{Failure, Retry},
    network::Refused,
};
use http::{HeaderMap, StatusCode};
use std::{error::Error as StdError, time::Duration};

/// Bytes of an error answer that are looked at for its code.
pub(super) const ERROR_BYTES_MAX: usize = 16 * 1024;
/// Characters of a code that are believed.
const CODE_CHARS_MAX: usize = 60;

/// What an origin said instead of an image. The body is not kept: it may hold anything.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    /// The code of a bucket's error message, for example `NoSuchKey`.
    pub(super) code: Option<String>,
    /// The region that S3 names when it was asked in another one.
    pub(super) region: Option<String>,
    pub(super) retry_after: Option<Duration>,
}

impl Answer {
    /// `body` is the beginning of it.
    pub(super) fn new(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Self {
        let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let body = String::from_utf8_lossy(body);
        Self {
            status,
            code: header("x-ms-error-code").or_else(|| element(&body, "Code")).and_then(word),
            region: header("x-amz-bucket-region").or_else(|| element(&body, "Region")).and_then(word),
            retry_after: header("retry-after").and_then(|value| value.parse().ok()).map(Duration::from_secs),
        }
    }

    /// Whether the bucket's error code is one of these.
    pub(super) fn is(&self, codes: &[&str]) -> bool {
        self.code.as_deref().is_some_and(|code| codes.contains(&code))
    }

    /// `403 AuthenticationFailed`, or the status alone.
    pub(super) fn text(&self) -> String {
        match &self.code {
            Some(code) => format!("{} {code}", self.status.as_u16()),
            None => self.status.as_u16().to_string(),
        }
    }

    /// What the status means wherever the kind of origin knows no better.
    pub(super) fn into_failure(self) -> Failure {
        let text = self.text();
        match self.status.as_u16() {
            404 | 410 => Error::NotFound.into(),
            401 | 403 => Error::AccessDenied(format!("the origin refused the request ({text})")).into(),
            408 | 429 | 500..=599 => Failure {
                retry: Some(self.retry_after.map_or(Retry::Soon, Retry::After)),
                ..Failure::new(Error::Broken(format!("the origin answered {text}")))
            },
            300..=399 => Error::Broken(format!("the origin redirects ({text}) to where it is not followed")).into(),
            _ => Error::Broken(format!("the origin answered {text}")).into(),
        }
    }
}

/// What went wrong before there was an answer. Neither the URL nor an address is told.
pub(super) fn no_answer(error: &reqwest::Error, authority: &str, limits: &Limits) -> Failure {
    if let Some(refused) = find::<Refused>(error) {
        return Error::Unreachable(refused.to_string()).into();
    }
    if error.is_timeout() {
        return Error::TimedOut(limits.first_byte_timeout).into();
    }
    let io = find::<std::io::Error>(error).map(std::io::Error::kind);
    if error.is_connect() {
        let (text, advice) = match io {
            Some(std::io::ErrorKind::ConnectionRefused) => {
                ("the connection was refused", "nothing listens there, or a firewall says no")
            }
            Some(std::io::ErrorKind::InvalidData) => {
                ("no TLS connection could be made", "check the certificate, its names and its issuer")
            }
            _ => ("no connection could be made", "check the host name, the port and the way there"),
        };
        return Failure::passing(Error::Unreachable(text.to_owned()))
            .advise(format!("{text} at {authority}: {advice}"));
    }
    Failure::passing(Error::Broken("the origin broke off before it answered".to_owned()))
}

/// The first error of type `E` in the chain that starts at `error`.
pub(super) fn find<'a, E: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a E> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<E>() {
            return Some(found);
        }
        // An `io::Error` shows the source of what it holds, not what it holds.
        next = match error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    None
}

/// Text of the first `<name>` in an XML message; the three that speak so use neither namespaces nor attributes on it.
fn element<'a>(xml: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = xml.split_once(&format!("<{name}>"))?;
    rest.split_once("</").map(|(text, _)| text)
}

/// A code goes into texts that people and logs read, so it is a word or it is nothing.
fn word(text: &str) -> Option<String> {
    let is_word = !text.is_empty()
        && text.len() <= CODE_CHARS_MAX
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    is_word.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(status: u16, headers: &[(&'static str, &str)], body: &str, expected: &str) {
        let headers =
            headers.iter().map(|(name, value)| (http::HeaderName::from_static(name), value.parse().unwrap())).collect();
        let answer = Answer::new(StatusCode::from_u16(status).unwrap(), &headers, body.as_bytes());
        assert_eq!(answer.text(), expected);
    }

    #[test]
    fn a_code_is_found_or_left_out() {
        check(404, &[], "<?xml version='1.0'?><Error><Code>NoSuchKey</Code><Key>a</Key></Error>", "404 NoSuchKey");
        check(403, &[("x-ms-error-code", "AuthenticationFailed")], "", "403 AuthenticationFailed");
        check(500, &[], "<html>oops</html>", "500");
        check(500, &[], "<Code>with <script> in it</Code>", "500");
        check(500, &[], &format!("<Code>{}</Code>", "a".repeat(100)), "500");
        check(500, &[], "<Code>cut of", "500");
    }

    #[test]
    fn statuses_mean_errors() {
        let failure =
            |status: u16| Answer::new(StatusCode::from_u16(status).unwrap(), &HeaderMap::new(), b"").into_failure();
        for status in [404, 410] {
            assert_eq!(failure(status), Error::NotFound.into());
        }
        for status in [401, 403] {
            assert!(matches!(failure(status).error, Error::AccessDenied(_)));
        }
        for (status, is_tried_again) in
            [(408, true), (429, true), (500, true), (503, true), (301, false), (400, false), (418, false)]
        {
            let failure = failure(status);
            assert!(matches!(failure.error, Error::Broken(_)), "{status}");
            assert_eq!(failure.retry.is_some(), is_tried_again, "{status}");
        }
    }

    #[test]
    fn the_origin_names_its_wait() {
        let headers = HeaderMap::from_iter([(http::header::RETRY_AFTER, "7".parse().unwrap())]);
        let answer = Answer::new(StatusCode::SERVICE_UNAVAILABLE, &headers, b"");
        assert_eq!(answer.into_failure().retry, Some(Retry::After(Duration::from_secs(7))));
    }
}
