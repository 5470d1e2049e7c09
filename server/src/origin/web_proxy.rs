//! Absolute URLs in the path, of hosts that are allowed.
//!
//! An [`ImagePath`] has no empty segments, so that `https://example.com/a.jpg` arrives as `https:/example.com/a.jpg`
//! whether the visitor wrote it naturally, percent-encoded in one segment, or through a proxy that collapses
//! slashes. The path was decoded once; what is still encoded then was encoded twice and stays as it is. A `?` in it
//! begins the query of the inner URL, and the query of the request is put behind that.

use super::{
    Error, Fetch, Fetched, ImagePath, Invalid, Limits,
    attempt::Failure,
    network::ChosenBy,
    web::{Page, Web},
};
use serde::{Deserialize, Serialize};
use url::{Host, Url};

/// The hosts that may be asked.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Location {
    /// Exact host names, or `*.example.com` for every host below `example.com`.
    pub allowed_hosts: Vec<String>,
}

const FIELD: &str = "web_proxy.allowed_hosts";
/// Entries of the list.
const HOSTS_MAX: usize = 100;
/// Characters of a host name.
const HOST_CHARS_MAX: usize = 253;

impl Location {
    pub(super) fn check(&self) -> Result<(), Invalid> {
        if self.allowed_hosts.is_empty() || self.allowed_hosts.len() > HOSTS_MAX {
            return Err(Invalid::new(
                FIELD,
                format!(
                    "expected 1 to {HOSTS_MAX} host names: without them anybody could make Darkroom fetch anything"
                ),
            ));
        }
        for (index, entry) in self.allowed_hosts.iter().enumerate() {
            let field = format!("{FIELD}[{index}]");
            let name = entry.strip_prefix("*.").unwrap_or(entry);
            if entry.len() > HOST_CHARS_MAX || name.contains('*') || normal(name).is_none() {
                return Err(Invalid::new(
                    field,
                    "expected a host name such as `images.example.com`, or `*.example.com` for all below it; no scheme, port or path",
                ));
            }
            if name != entry && !name.trim_end_matches('.').contains('.') {
                return Err(Invalid::new(
                    field,
                    "expected at least two labels behind the `*`: this would allow a whole top-level domain",
                ));
            }
        }
        Ok(())
    }

    /// Redirects stay within the list.
    pub(super) async fn attempt(&self, web: &Web, fetch: &Fetch, limits: &Limits) -> Result<Fetched, Failure> {
        let url = inner_url(&fetch.path, &fetch.query)?;
        if !self.allows(&url) {
            return Err(Error::PathRefused("its host is not one that this origin allows".to_owned()).into());
        }
        let page = Page { url, chosen_by: ChosenBy::Stranger, host: None };
        web.attempt(&page, |url| self.allows(url), fetch, limits).await
    }

    fn allows(&self, url: &Url) -> bool {
        let Some(host) = url.host_str().map(|host| host.trim_end_matches('.')) else {
            return false;
        };
        self.allowed_hosts.iter().any(|entry| match entry.strip_prefix("*.") {
            Some(parent) => normal(parent).is_some_and(|parent| {
                host.strip_suffix(parent.as_str()).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
            }),
            None => normal(entry).is_some_and(|entry| host == entry),
        })
    }
}

/// A host name as URLs have it: lower case, IDNA, no trailing dot. Nothing when it is none.
fn normal(host: &str) -> Option<String> {
    if host.is_empty() || host.contains(['/', '@', ':', '?', '#', '\\', '%']) && !host.starts_with('[') {
        return None;
    }
    let host = Host::parse(host).ok()?.to_string();
    Some(host.trim_end_matches('.').to_owned()).filter(|host| !host.is_empty())
}

fn inner_url(path: &ImagePath, query: &str) -> Result<Url, Failure> {
    let refuse = |text: &str| Failure::new(Error::PathRefused(text.to_owned()));
    let (scheme, rest) = path
        .as_str()
        .split_once(":/")
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https"))
        .ok_or_else(|| refuse("expected an absolute URL such as `https://example.com/a.jpg`"))?;
    // A fragment is never sent, so that a `#` can only be part of a name.
    let mut url = Url::parse(&format!("{scheme}://{}", rest.replace('#', "%23")))
        .map_err(|_| refuse("expected an absolute URL such as `https://example.com/a.jpg`"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refuse("the URL holds a user name or a password"));
    }
    let query: Vec<&str> =
        [url.query().unwrap_or_default(), query].into_iter().filter(|part| !part.is_empty()).collect();
    let query = query.join("&");
    url.set_query(Some(query.as_str()).filter(|query| !query.is_empty()));
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str, query: &str, expected: &str) {
        let path = ImagePath::from_url(url).unwrap();
        assert_eq!(inner_url(&path, query).unwrap().as_str(), expected, "{url}");
    }

    #[test]
    fn every_way_of_writing_the_inner_url_gives_it() {
        check("https://example.com/a.jpg", "", "https://example.com/a.jpg");
        check("https:/example.com/a.jpg", "", "https://example.com/a.jpg");
        check("https%3A%2F%2Fexample.com%2Fa.jpg", "", "https://example.com/a.jpg");
        check("https%3A//example.com/a.jpg", "", "https://example.com/a.jpg");
        check("HTTPS://EXAMPLE.com/A.jpg", "", "https://example.com/A.jpg");
        check("https://example.com/a.jpg", "x=1&y=2", "https://example.com/a.jpg?x=1&y=2");
        check("https%3A%2F%2Fexample.com%2Fa.jpg%3Fx%3D1", "", "https://example.com/a.jpg?x=1");
        check("https%3A%2F%2Fexample.com%2Fa.jpg%3Fx%3D1", "y=2", "https://example.com/a.jpg?x=1&y=2");
        check("https://example.com/a%20b/%C3%A9.jpg", "", "https://example.com/a%20b/%C3%A9.jpg");
        check("https%3A%2F%2Fexample.com%2Fa%2520b.jpg", "", "https://example.com/a%20b.jpg");
        check("https://example.com/a%23b.jpg", "", "https://example.com/a%23b.jpg");
        check("http://example.com:8080/a.jpg", "", "http://example.com:8080/a.jpg");
    }

    #[test]
    fn what_is_no_web_url_is_refused() {
        for path in [
            "photos/a.jpg",
            "ftp://example.com/a",
            "file:///etc/passwd",
            "https:",
            "//example.com/a",
            "https://user@example.com/a",
            "https://:x@example.com/a",
            "javascript:/a",
        ] {
            if let Ok(path) = ImagePath::from_url(path) {
                let failure = inner_url(&path, "").unwrap_err();
                assert!(matches!(failure.error, Error::PathRefused(_)), "{path}");
            }
        }
    }

    #[test]
    fn only_what_is_listed_is_allowed() {
        let location = Location {
            allowed_hosts: ["images.example.com", "*.cdn.example.net", "BÜCHER.example"].map(str::to_owned).to_vec(),
        };
        location.check().unwrap();
        let allows = |host: &str| Url::parse(&format!("https://{host}/a")).is_ok_and(|url| location.allows(&url));
        for host in [
            "images.example.com",
            "IMAGES.example.com",
            "images.example.com.",
            "images.example.com:8443",
            "a.cdn.example.net",
            "a.b.cdn.example.net",
            "xn--bcher-kva.example",
            "bücher.example",
        ] {
            assert!(allows(host), "{host}");
        }
        for host in [
            "example.com",
            "a.images.example.com",
            "images.example.com.evil.example",
            "evilimages.example.com",
            "cdn.example.net",
            ".cdn.example.net",
            "evilcdn.example.net",
            "cdn.example.net.evil.example",
            "images.example.com@evil.example",
            "images.example.com%2eevil.example",
            "evil.example#images.example.com",
            "127.0.0.1",
            "[::1]",
        ] {
            assert!(!allows(host), "{host}");
        }
    }

    #[test]
    fn a_list_is_demanded_and_its_entries_are_hosts() {
        let check =
            |hosts: &[&str]| Location { allowed_hosts: hosts.iter().map(|host| (*host).to_owned()).collect() }.check();
        check(&["example.com", "*.example.com", "localhost", "127.0.0.1"]).unwrap();
        assert!(check(&[]).is_err());
        assert!(check(&["a.example"; HOSTS_MAX + 1]).is_err());
        for host in [
            "",
            "*",
            "*.",
            "*.com",
            "a.*.com",
            "https://example.com",
            "example.com/a",
            "example.com:80",
            "a b",
            "a@b",
            &"a.".repeat(200),
        ] {
            assert!(check(&[host]).is_err(), "{host}");
        }
    }
}
