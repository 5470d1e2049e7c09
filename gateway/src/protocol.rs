//! What both listeners demand of a request before they look at what it asks for.

use crate::config::Config;
use http::{HeaderMap, Method, Uri, Version, header, request::Parts};

/// Characters of a host name with a port.
const HOST_CHARS_MAX: usize = 260;

/// Why a request is not looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Malformed {
    #[error("the URL is longer than this server takes")]
    UrlTooLong,
    #[error("the request needs exactly one valid Host")]
    Host,
    #[error("the request target is not a path")]
    Target,
}

/// The host and the target (path and query) of a request, as the client sent them.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Place<'a> {
    pub(crate) host: &'a str,
    pub(crate) target: &'a str,
}

/// Where a request goes, or why it goes nowhere.
pub(crate) fn place<'a>(parts: &'a Parts, config: &Config) -> Result<Place<'a>, Malformed> {
    Ok(Place { target: target(&parts.method, &parts.uri, config.url_bytes_max)?, host: host(parts)? })
}

/// Whether a body was announced.
pub(crate) fn announces_body(headers: &HeaderMap) -> bool {
    headers.contains_key(header::TRANSFER_ENCODING)
        || headers.get(header::CONTENT_LENGTH).is_some_and(|length| length != "0")
}

fn target<'a>(method: &Method, uri: &'a Uri, url_bytes_max: usize) -> Result<&'a str, Malformed> {
    let target = uri.path_and_query().ok_or(Malformed::Target)?.as_str();
    if target.len() > url_bytes_max {
        return Err(Malformed::UrlTooLong);
    }
    let is_path = target.starts_with('/') || (target == "*" && method == Method::OPTIONS);
    let is_web = uri.scheme().is_none_or(|scheme| scheme == "http" || scheme == "https");
    let is_clean = !target.bytes().any(|byte| byte <= b' ' || byte == 0x7f);
    if is_path && is_web && is_clean { Ok(target) } else { Err(Malformed::Target) }
}

// The authority of an absolute URL, and HTTP/2's `:authority`, come before `Host`, as RFC 9112 §3.2.2 has it.
fn host(parts: &Parts) -> Result<&str, Malformed> {
    let mut hosts = parts.headers.get_all(header::HOST).iter();
    let (first, second) = (hosts.next(), hosts.next());
    if second.is_some() {
        return Err(Malformed::Host);
    }
    let field = first.map(|value| value.to_str().map_err(|_| Malformed::Host)).transpose()?;
    let host = match (parts.uri.authority(), field) {
        (Some(authority), _) => authority.as_str(),
        (None, Some(field)) => field,
        (None, None) if parts.version == Version::HTTP_11 => return Err(Malformed::Host),
        (None, None) => "",
    };
    if is_host(host) { Ok(host) } else { Err(Malformed::Host) }
}

/// Whether it can be a host name with a port.
pub(crate) fn is_host(host: &str) -> bool {
    let is_clean = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte));
    is_clean && host.len() <= HOST_CHARS_MAX
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::Request;

    #[test]
    fn host_and_target_are_what_the_client_sent() {
        let place_of = |uri: &str, host: Option<&str>| {
            let mut request = Request::get(uri);
            if let Some(host) = host {
                request = request.header("host", host);
            }
            let (parts, ()) = request.body(()).map(Request::into_parts).expect("the test's request is one");
            place(&parts, &Config::default())
                .map(|place| format!("{} {}", place.host, place.target))
                .map_err(|malformed| format!("{malformed:?}"))
        };
        let check = |uri: &str, host: Option<&str>, expected: Result<&str, &str>| {
            assert_eq!(place_of(uri, host).as_deref().map_err(String::as_str), expected, "{uri} {host:?}");
        };
        check("/a%2Fb//c?x=%20", Some("i.example:8080"), Ok("i.example:8080 /a%2Fb//c?x=%20"));
        check("//evil.example/a", Some("h"), Ok("h //evil.example/a"));
        check("http://other/a?b", Some("h"), Ok("other /a?b"));
        check("http://user@other/a", Some("h"), Err("Host"));
        check("ftp://other/a", Some("h"), Err("Target"));
        check("/a", None, Err("Host"));
        check("/a", Some("h/../x"), Err("Host"));
        check("/a", Some("h x"), Err("Host"));
        check("*", Some("h"), Err("Target"));
        check(&format!("/{}", "a".repeat(8 * 1024)), Some("h"), Err("UrlTooLong"));
    }
}
