//! A web server: the path is put behind a base URL.

use super::{
    Error, Fetch, Fetched, Invalid, Limits, Network,
    attempt::Failure,
    endpoint::parse_url,
    network::ChosenBy,
    web::{PATH_ENCODED, Page, Web},
};
use http::{HeaderValue, uri::Authority};
use percent_encoding::utf8_percent_encode;
use serde::{Deserialize, Serialize};
use url::Url;

/// A base URL.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Location {
    /// What each URL starts with, http or https.
    pub base_url: String,
    /// Send the host name that the client asked for instead of the base URL's.
    pub forward_host_header: bool,
}

impl Location {
    pub(super) fn check(&self, network: &Network) -> Result<(), Invalid> {
        parse_url("web_folder.base_url", &self.base_url, network).map(drop)
    }

    /// A redirect may lead to any public host: who registered the server trusts it with that much.
    pub(super) async fn attempt(&self, web: &Web, fetch: &Fetch, limits: &Limits) -> Result<Fetched, Failure> {
        web.attempt(&self.page(fetch)?, |_| true, fetch, limits).await
    }

    fn page(&self, fetch: &Fetch) -> Result<Page, Failure> {
        let path = utf8_percent_encode(fetch.path.as_str(), PATH_ENCODED);
        let text = format!("{}/{path}", self.base_url.trim_end_matches('/'));
        let mut url = Url::parse(&text)
            .map_err(|_| Failure::new(Error::PathRefused("it makes no URL behind the base URL".to_owned())))?;
        url.set_query(Some(fetch.query.as_str()).filter(|query| !query.is_empty()));
        let host = match fetch.host.parse::<Authority>() {
            Ok(host) if self.forward_host_header => HeaderValue::from_str(host.as_str()).ok(),
            _ => None,
        };
        Ok(Page { url, chosen_by: ChosenBy::Operator, host })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::origin::ImagePath;

    fn fetch(path: &str, query: &str, host: &str) -> Fetch {
        Fetch {
            path: ImagePath::parse(path).unwrap(),
            query: query.to_owned(),
            host: host.to_owned(),
            if_not_version: None,
            is_beside: false,
        }
    }

    #[test]
    fn the_path_stays_behind_the_base_url() {
        let check = |base_url: &str, path: &str, query: &str, expected: &str| {
            let location = Location { base_url: base_url.to_owned(), forward_host_header: false };
            assert_eq!(location.page(&fetch(path, query, "")).unwrap().url.as_str(), expected);
        };
        check("https://example.com", "a/b.jpg", "", "https://example.com/a/b.jpg");
        check(
            "https://example.com/base/",
            "a.jpg",
            "alt=media&token=x%20y",
            "https://example.com/base/a.jpg?alt=media&token=x%20y",
        );
        check("https://example.com", "a b+c%é?#.jpg", "", "https://example.com/a%20b%2Bc%25%C3%A9%3F%23.jpg");
        check("https://example.com/base", "%2e%2e/a", "", "https://example.com/base/%252e%252e/a");
        check("https://example.com", "@evil.example/a", "", "https://example.com/@evil.example/a");
        check("https://example.com", "https:/evil.example/a", "", "https://example.com/https:/evil.example/a");
        check("https://example.com", "a", "x=#y z", "https://example.com/a?x=%23y%20z");
    }

    #[test]
    fn the_host_is_forwarded_when_asked_and_when_it_is_one() {
        let check = |forward_host_header, host: &str, expected: Option<&str>| {
            let location = Location { base_url: "https://example.com".to_owned(), forward_host_header };
            let page = location.page(&fetch("a", "", host)).unwrap();
            assert_eq!(page.host.as_ref().map(|host| host.to_str().unwrap()), expected);
        };
        check(false, "images.example.org", None);
        check(true, "images.example.org:8080", Some("images.example.org:8080"));
        check(true, "", None);
        check(true, "a\r\nb", None);
    }
}
