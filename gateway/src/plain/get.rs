//! The one form of request that is answered without hyper: a GET over HTTP/1.1 with nothing in it that changes how the
//! connection is used, what a body is, or what an image depends on beside its URL and `Accept`.

use crate::{
    protocol::is_host,
    request_id::{REQUEST_ID, X_REQUEST_ID},
};
use http::{HeaderValue, Request, header};

/// Fields of a request that is looked at here.
const FIELDS_MAX: usize = 32;
/// Characters of `Accept`, likewise.
const ACCEPT_CHARS_MAX: usize = 1024;

/// A plain GET.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct PlainGet<'a> {
    pub(crate) host: &'a str,
    /// Path and query.
    pub(crate) target: &'a str,
    pub(crate) accept: &'a str,
    /// Empty where there is none.
    pub(crate) if_none_match: &'a str,
    /// Ids that the client gave the request, in order of preference; empty where there is none.
    pub(crate) request_ids: [&'a [u8]; 2],
}

/// What the beginning of the read bytes is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Read<'a> {
    /// A plain GET of so many bytes.
    Whole(PlainGet<'a>, usize),
    /// Perhaps one, when more has come.
    Part,
    /// Something else.
    Other,
}

impl<'a> PlainGet<'a> {
    pub(crate) fn read(bytes: &'a [u8]) -> Read<'a> {
        let mut fields = [httparse::EMPTY_HEADER; FIELDS_MAX];
        let mut request = httparse::Request::new(&mut fields);
        match request.parse(bytes) {
            Ok(httparse::Status::Partial) => Read::Part,
            Ok(httparse::Status::Complete(length)) => match Self::of(&request) {
                Some(plain) => Read::Whole(plain, length),
                None => Read::Other,
            },
            Err(_) => Read::Other,
        }
    }

    /// The same as a request for [`deliver`](crate::deliver::deliver), with the fields that it reads.
    pub(crate) fn to_request(&self) -> Option<Request<()>> {
        let [x_request_id, request_id] = self.request_ids;
        let fields = [
            (header::HOST, self.host.as_bytes()),
            (header::ACCEPT, self.accept.as_bytes()),
            (header::IF_NONE_MATCH, self.if_none_match.as_bytes()),
            (X_REQUEST_ID, x_request_id),
            (REQUEST_ID, request_id),
        ];
        let mut request = Request::get(self.target).body(()).ok()?;
        for (name, value) in fields {
            // An id that is no value of a field is none that is taken; an empty field says nothing.
            if let (false, Ok(value)) = (value.is_empty() && name != header::HOST, HeaderValue::from_bytes(value)) {
                request.headers_mut().insert(name, value);
            }
        }
        Some(request)
    }

    fn of(request: &httparse::Request<'_, 'a>) -> Option<Self> {
        if request.method != Some("GET") || request.version != Some(1) {
            return None;
        }
        let target = request.path.filter(|target| is_plain_target(target))?;
        let (mut host, mut accept, mut if_none_match) = (None, None, None);
        let mut request_ids = [None; 2];
        for httparse::Header { name, value } in &*request.headers {
            // What is given twice is hyper's.
            let once = |place: &mut Option<&'a str>| {
                let value = std::str::from_utf8(value).ok().filter(|_| value.iter().all(|byte| is_visible(*byte)))?;
                place.replace(value).is_none().then_some(())
            };
            match Meaning::of(name) {
                Meaning::Host => once(&mut host)?,
                Meaning::Accept => once(&mut accept)?,
                Meaning::IfNoneMatch => once(&mut if_none_match)?,
                Meaning::RequestId(place) => _ = request_ids[place].get_or_insert(*value),
                Meaning::Connection if value.eq_ignore_ascii_case(b"keep-alive") => {}
                Meaning::Connection | Meaning::Deep => return None,
                Meaning::None => {}
            }
        }
        let accept = accept.unwrap_or_default();
        (accept.len() <= ACCEPT_CHARS_MAX).then_some(())?;
        Some(Self {
            host: host.filter(|host| is_host(host))?,
            target,
            accept,
            if_none_match: if_none_match.unwrap_or_default(),
            request_ids: request_ids.map(Option::unwrap_or_default),
        })
    }
}

/// What a field means here.
enum Meaning {
    Host,
    Accept,
    IfNoneMatch,
    RequestId(usize),
    Connection,
    /// It changes what is asked in a way that is not known here.
    Deep,
    /// Nothing: an answer does not depend on it.
    None,
}

impl Meaning {
    fn of(name: &str) -> Self {
        let is = |known: &str| name.eq_ignore_ascii_case(known);
        // By length first: most fields of a browser have none in common with these.
        match name.len() {
            4 if is("host") => Self::Host,
            6 if is("accept") => Self::Accept,
            13 if is("if-none-match") => Self::IfNoneMatch,
            12 if is("x-request-id") => Self::RequestId(0),
            10 if is("request-id") => Self::RequestId(1),
            10 if is("connection") => Self::Connection,
            2 if is("te") => Self::Deep,
            3 if is("dpr") => Self::Deep,
            5 if is("width") => Self::Deep,
            6 if is("expect") => Self::Deep,
            7 if is("upgrade") || is("trailer") => Self::Deep,
            10 if is("sec-ch-dpr") || is("keep-alive") => Self::Deep,
            12 if is("sec-ch-width") => Self::Deep,
            14 if is("content-length") || is("http2-settings") => Self::Deep,
            16 if is("proxy-connection") => Self::Deep,
            17 if is("transfer-encoding") => Self::Deep,
            _ => Self::None,
        }
    }
}

/// Whether it is a path that every reader of URLs leaves as it is: the characters of RFC 3986 and no fragment.
fn is_plain_target(target: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/%?".contains(&byte);
    target.starts_with('/') && target.bytes().all(is_plain)
}

fn is_visible(byte: u8) -> bool {
    byte == b'\t' || (b' '..=b'~').contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(request: &str, expected: Option<PlainGet<'_>>) {
        let expected = expected.map_or(Read::Other, |plain| Read::Whole(plain, request.len()));
        assert_eq!(PlainGet::read(request.as_bytes()), expected, "{request:?}");
    }

    fn plain(target: &'static str) -> PlainGet<'static> {
        PlainGet { host: "h:80", target, ..PlainGet::default() }
    }

    #[test]
    fn a_plain_get_is_read() {
        check("GET /a?b=%20 HTTP/1.1\r\nHost: h:80\r\n\r\n", Some(plain("/a?b=%20")));
        check(
            "GET /a HTTP/1.1\r\nhost: h:80\r\nconnection: Keep-Alive\r\naccept-encoding: gzip\r\nrange: bytes=0-1\r\n\r\n",
            Some(plain("/a")),
        );
        check(
            "GET /a HTTP/1.1\r\nhost: h:80\r\nACCEPT:image/webp, */* \r\nif-none-match: \"e\"\r\nrequest-id: r\r\nx-request-id: \r\n\r\n",
            Some(PlainGet {
                accept: "image/webp, */*",
                if_none_match: "\"e\"",
                request_ids: [b"", b"r"],
                ..plain("/a")
            }),
        );
    }

    #[test]
    fn a_request_is_read_when_all_of_its_head_is_there() {
        let request = b"GET /a HTTP/1.1\r\nhost: h:80\r\n\r\nGET /b";
        for length in 0..request.len() - 6 {
            assert_eq!(PlainGet::read(&request[..length]), Read::Part, "{length}");
        }
        assert_eq!(PlainGet::read(request), Read::Whole(plain("/a"), request.len() - 6));
    }

    #[test]
    fn what_is_not_plain_is_left_to_hyper() {
        for line in [
            "HEAD /a HTTP/1.1",
            "POST /a HTTP/1.1",
            "get /a HTTP/1.1",
            "GET /a HTTP/1.0",
            "GET h/a HTTP/1.1",
            "GET http://h/a HTTP/1.1",
            "GET * HTTP/1.1",
            "GET /a#b HTTP/1.1",
            "GET /a<b> HTTP/1.1",
            "GET /\u{e9} HTTP/1.1",
            "GET /a\\b HTTP/1.1",
            "PRI * HTTP/2.0",
            "GET  /a HTTP/1.1",
        ] {
            check(&format!("{line}\r\nhost: h\r\n\r\n"), None);
        }
        for fields in [
            "x: y",
            "host: a\r\nhost: b",
            "host: a b",
            "host: a@b",
            "host: h\r\nconnection: close",
            "host: h\r\nconnection: upgrade",
            "host: h\r\nContent-Length: 0",
            "host: h\r\ntransfer-encoding: chunked",
            "host: h\r\nexpect: 100-continue",
            "host: h\r\nupgrade: h2c",
            "host: h\r\ndpr: 2",
            "host: h\r\nsec-ch-width: 2",
            "host: h\r\nwidth: 2",
            "host: h\r\nsec-ch-dpr: 2",
            "host: h\r\nte: trailers",
            "host: h\r\naccept: a\r\naccept: b",
            "host: h\r\naccept: \u{e9}",
            "host: h\r\nif-none-match: a\r\nif-none-match: b",
            "host: h\r\nx : z",
            "host: h\r\n folded: x",
        ] {
            check(&format!("GET /a HTTP/1.1\r\n{fields}\r\n\r\n"), None);
        }
        check(&format!("GET /a HTTP/1.1\r\nhost: h{}\r\n\r\n", "\r\nx: y".repeat(FIELDS_MAX)), None);
        check(&format!("GET /a HTTP/1.1\r\nhost: h\r\naccept: {}\r\n\r\n", "a".repeat(1025)), None);
    }
}
