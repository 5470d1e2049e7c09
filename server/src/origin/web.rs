//! GET from web servers, for both kinds that read them: a few hops, each judged like the first.

use super::{
    Error, Fetch, Fetched, Limits,
    answer::{Answer, no_answer},
    attempt::Failure,
    body, focus_area,
    network::{ChosenBy, Network},
    version,
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use jiff::{Timestamp, fmt::rfc2822};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC};
use reqwest::{Client, Response};
use url::Url;

/// Redirects that are followed.
const HOPS_MAX: usize = 3;
/// Tells a web server who asks, so that it can let Darkroom in or keep it from asking itself.
const REQUEST_FROM: (HeaderName, HeaderValue) =
    (HeaderName::from_static("x-req-from"), HeaderValue::from_static("darkroom"));

/// What stays as it is in a path. `+` does not: some servers read it as a space.
pub(super) const PATH_ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/')
    .remove(b'!')
    .remove(b'$')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b',')
    .remove(b';')
    .remove(b':')
    .remove(b'@')
    .remove(b'=')
    .remove(b'&');

/// The first request of a fetch.
#[derive(Debug, Clone)]
pub(super) struct Page {
    pub(super) url: Url,
    pub(super) chosen_by: ChosenBy,
    /// Sent instead of the URL's host, on the first hop only.
    pub(super) host: Option<HeaderValue>,
}

/// What fetches pages.
#[derive(Debug)]
pub(super) struct Web {
    pub(super) http: Client,
    pub(super) network: Network,
}

impl Web {
    /// `may_ask` judges where redirects lead.
    pub(super) async fn attempt(
        &self,
        page: &Page,
        may_ask: impl Fn(&Url) -> bool,
        fetch: &Fetch,
        limits: &Limits,
    ) -> Result<Fetched, Failure> {
        let etag = version::as_etag(fetch.if_not_version.as_ref()).and_then(|etag| etag.parse().ok());
        let mut url = page.url.clone();
        for hop in 0..=HOPS_MAX {
            let is_home = url.origin() == page.url.origin();
            let chosen_by = if is_home { page.chosen_by } else { ChosenBy::Stranger };
            self.network.check(&url, chosen_by).map_err(|refused| refuse(hop, &refused.to_string()))?;
            let host = page.host.as_ref().filter(|_| hop == 0);
            let response = self.send(&url, host, etag.as_ref(), limits).await?;
            let Some(next) = redirect(&url, response.status(), response.headers()) else {
                return receive(response, fetch, etag.is_some(), limits).await;
            };
            let next = next?;
            if !may_ask(&next) {
                return Err(refuse(hop + 1, "its host is not allowed"));
            }
            url = next;
        }
        Err(Error::Broken(format!("more than {HOPS_MAX} redirects")).into())
    }

    async fn send(
        &self,
        url: &Url,
        host: Option<&HeaderValue>,
        etag: Option<&HeaderValue>,
        limits: &Limits,
    ) -> Result<Response, Failure> {
        let (name, value) = REQUEST_FROM;
        let mut headers = HeaderMap::from_iter([
            (name, value),
            (header::ACCEPT, HeaderValue::from_static("image/*,*/*;q=0.8")),
            (header::ACCEPT_ENCODING, HeaderValue::from_static("identity")),
        ]);
        headers.extend(host.map(|host| (header::HOST, host.clone())));
        headers.extend(etag.map(|etag| (header::IF_NONE_MATCH, etag.clone())));
        let request = self.http.get(url.clone()).headers(headers).send();
        match tokio::time::timeout(limits.first_byte_timeout, request).await {
            Ok(result) => result.map_err(|error| no_answer(&error, url.authority(), limits)),
            Err(_) => Err(Error::TimedOut(limits.first_byte_timeout).into()),
        }
    }
}

/// Where an answer leads; nothing when it leads nowhere.
fn redirect(from: &Url, status: StatusCode, headers: &HeaderMap) -> Option<Result<Url, Failure>> {
    if !matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let broken = |text: &str| Some(Err(Error::Broken(text.to_owned()).into()));
    let location = headers.get(header::LOCATION).and_then(|value| value.to_str().ok());
    match location.and_then(|location| from.join(location).ok()) {
        None => broken("a redirect without a target"),
        Some(to) if from.scheme() == "https" && to.scheme() != "https" => {
            broken("a redirect from https to http is not followed")
        }
        Some(to) => Some(Ok(to)),
    }
}

async fn receive(response: Response, fetch: &Fetch, is_conditional: bool, limits: &Limits) -> Result<Fetched, Failure> {
    let headers = response.headers();
    match response.status() {
        StatusCode::OK => {}
        StatusCode::NOT_MODIFIED if is_conditional => return Ok(Fetched::NotModified),
        status => return Err(Answer::new(status, headers, b"").into_failure()),
    }
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    if text(header::CONTENT_ENCODING).is_some_and(|encoding| !encoding.is_empty() && encoding != "identity") {
        return Err(Error::Broken("the origin sends a content encoding that nobody asked for".to_owned()).into());
    }
    let size = text(header::CONTENT_LENGTH).and_then(|length| length.parse().ok());
    let modify_time = text(header::LAST_MODIFIED).and_then(parse_time);
    let version = version::of_facts(text(header::ETAG), modify_time.map(Timestamp::as_second), size);
    if version.is_some() && version == fetch.if_not_version {
        return Ok(Fetched::NotModified);
    }
    let media_type = text(header::CONTENT_TYPE).map(str::to_owned);
    let coordinates = headers.get(focus_area::HEADER).and_then(|value| value.to_str().ok());
    let focus_area = coordinates.and_then(focus_area::read);
    let data = body::read(response.bytes_stream(), size, fetch, limits).await?;
    let version = version.unwrap_or_else(|| version::of_data(&data));
    if fetch.if_not_version.as_ref() == Some(&version) {
        return Ok(Fetched::NotModified);
    }
    Ok(Fetched::Image { data, media_type, version, modify_time, focus_area })
}

fn parse_time(text: &str) -> Option<Timestamp> {
    rfc2822::DateTimeParser::new().relaxed_weekday(true).parse_timestamp(text).ok()
}

fn refuse(hop: usize, why: &str) -> Failure {
    match hop {
        0 => Error::Unreachable(why.to_owned()).into(),
        _ => Error::Unreachable(format!("a redirect is not followed: {why}")).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_leads_on_but_never_out_of_https() {
        let check = |from: &str, status: u16, location: &str, expected: Option<Result<&str, ()>>| {
            let headers = HeaderMap::from_iter([(header::LOCATION, location.parse().unwrap())]);
            let to = redirect(&from.parse().unwrap(), StatusCode::from_u16(status).unwrap(), &headers);
            let to = to.map(|to| to.map(String::from).map_err(drop));
            assert_eq!(to, expected.map(|to| to.map(str::to_owned)), "{from} {location}");
        };
        for status in [301, 302, 303, 307, 308] {
            check("https://a.example/b/c", status, "d", Some(Ok("https://a.example/b/d")));
            check("https://a.example/b", status, "//c.example/d", Some(Ok("https://c.example/d")));
            check("https://a.example/b", status, "http://a.example/b", Some(Err(())));
            check("https://a.example/b", status, "ftp://a.example/b", Some(Err(())));
            check("http://a.example/b", status, "https://a.example/b", Some(Ok("https://a.example/b")));
            check("http://a.example/b", status, "http://[", Some(Err(())));
        }
        for status in [200, 300, 304, 404] {
            check("https://a.example/b", status, "/c", None);
        }
    }
}
