//! A server that plays a bucket or a web server, well or badly, by what the key says.

use axum::{body::Body, extract::Request, response::Response};
use bytes::Bytes;
use futures::{StreamExt, stream};
use http::{HeaderMap, Method, StatusCode, header};
use percent_encoding::percent_decode_str;
use std::{
    io,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

/// What every good key holds.
pub(super) const IMAGE: &[u8] = b"not really an image, but nobody looks";
/// The etag of every good key.
pub(super) const ETAG: &str = "\"v1\"";
/// Seconds since 1970 at which every good key was changed.
pub(super) const MODIFIED: i64 = 784_903_551;
const MODIFIED_TEXT: &str = "Tue, 15 Nov 1994 12:45:51 GMT";

/// A request that came in.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub(super) method: Method,
    /// Behind the base, decoded.
    pub(super) key: String,
    pub(super) query: String,
    pub(super) headers: HeaderMap,
}

/// How it speaks of errors.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Dialect {
    /// As S3 and Google do.
    Xml,
    /// As Azure does.
    Azure,
    /// As nobody in particular does.
    Web,
}

/// The running server; it ends with the test's runtime.
#[derive(Debug)]
pub(super) struct Fake {
    pub(super) address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Fake {
    /// `base` is what stands before the key, with slashes around it.
    pub(super) async fn start(base: &'static str, dialect: Dialect) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let record = Arc::clone(&seen);
        let app = axum::Router::new().fallback(move |request: Request| {
            let record = Arc::clone(&record);
            async move {
                let path = percent_decode_str(request.uri().path()).decode_utf8().unwrap().into_owned();
                let key = path.strip_prefix(base).unwrap_or("outside the base").to_owned();
                let times = {
                    let mut record = record.lock().unwrap();
                    record.push(Seen {
                        method: request.method().clone(),
                        key: key.clone(),
                        query: request.uri().query().unwrap_or_default().to_owned(),
                        headers: request.headers().clone(),
                    });
                    record.iter().filter(|seen| seen.key == key).count()
                };
                answer(&key, times, dialect, request.headers()).await
            }
        });
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { address, seen }
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(super) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

async fn answer(key: &str, times: usize, dialect: Dialect, headers: &HeaderMap) -> Response {
    if let Some(rest) = key.strip_prefix("redirect/") {
        let (status, target) = rest.split_once('/').unwrap();
        let target = String::from_utf8(hex::decode(target).unwrap()).unwrap();
        return Response::builder()
            .status(status.parse::<u16>().unwrap())
            .header(header::LOCATION, target)
            .body(Body::empty())
            .unwrap();
    }
    match key {
        "denied" => error(dialect, 403, "AccessDenied"),
        "no-bucket" => error(dialect, 404, "NoSuchBucket"),
        "broken" => error(dialect, 500, "InternalError"),
        "odd-status" => error(dialect, 418, "Teapot"),
        "flaky" if times == 1 => error(dialect, 500, "InternalError"),
        "patient" if times == 1 => {
            let mut response = error(dialect, 503, "SlowDown");
            response.headers_mut().insert(header::RETRY_AFTER, "3600".parse().unwrap());
            response
        }
        "silent" => std::future::pending().await,
        "truncated" => good(IMAGE.len() + 10, Body::from_stream(cut())),
        "drip" => good(IMAGE.len(), Body::from_stream(drip())),
        "large" => good(1001, Body::from(vec![0; 1001])),
        "huge" => good(1 << 40, Body::from_stream(stream::pending::<io::Result<Bytes>>())),
        "gzipped" => with(good(IMAGE.len(), Body::from(IMAGE)), header::CONTENT_ENCODING, "gzip"),
        "weak" => with(good(IMAGE.len(), Body::from(IMAGE)), header::ETAG, "W/\"v1\""),
        "bare" => Response::new(Body::from(IMAGE)),
        "endless" => {
            Response::new(Body::from_stream(stream::repeat_with(|| Ok::<_, io::Error>(Bytes::from_static(&[0; 100])))))
        }
        "found-framed" => framed(dialect, "10,20,300,200"),
        "found-misframed" => framed(dialect, "10,20,300"),
        "ignores-condition" => good(IMAGE.len(), Body::from(IMAGE)),
        key if key.starts_with("found") || key.starts_with("odd/") || matches!(key, "flaky" | "patient") => {
            match headers.get(header::IF_NONE_MATCH) {
                Some(etag) if etag == ETAG => {
                    Response::builder().status(StatusCode::NOT_MODIFIED).body(Body::empty()).unwrap()
                }
                _ => good(IMAGE.len(), Body::from(IMAGE)),
            }
        }
        _ => error(dialect, 404, if dialect == Dialect::Azure { "BlobNotFound" } else { "NoSuchKey" }),
    }
}

fn good(length: usize, body: Body) -> Response {
    Response::builder()
        .header(header::CONTENT_LENGTH, length)
        .header(header::CONTENT_TYPE, "image/png")
        .header(header::ETAG, ETAG)
        .header(header::LAST_MODIFIED, MODIFIED_TEXT)
        .body(body)
        .unwrap()
}

/// With a rectangle for `fo-custom`, as each cloud may spell it.
fn framed(dialect: Dialect, text: &str) -> Response {
    let names: &[&'static str] = match dialect {
        Dialect::Xml => &["x-amz-meta-customcoordinates", "x-goog-meta-custom-coordinates"],
        Dialect::Azure => &["x-ms-meta-custom_coordinates"],
        Dialect::Web => &["x-custom-coordinates"],
    };
    names.iter().fold(good(IMAGE.len(), Body::from(IMAGE)), |response, name| {
        with(response, header::HeaderName::from_static(name), text)
    })
}

fn with(mut response: Response, name: header::HeaderName, value: &str) -> Response {
    response.headers_mut().insert(name, value.parse().unwrap());
    response
}

fn error(dialect: Dialect, status: u16, code: &str) -> Response {
    let response = Response::builder().status(status);
    match dialect {
        Dialect::Xml => {
            response.body(Body::from(format!("<Error><Code>{code}</Code><Message>canary</Message></Error>")))
        }
        Dialect::Azure => response.header("x-ms-error-code", code).body(Body::from("canary")),
        Dialect::Web => response.body(Body::from("canary")),
    }
    .unwrap()
}

fn cut() -> impl futures::Stream<Item = io::Result<Bytes>> + Send {
    stream::iter([Ok(Bytes::from_static(IMAGE)), Err(io::Error::other("cut"))])
}

fn drip() -> impl futures::Stream<Item = io::Result<Bytes>> + Send {
    stream::iter(IMAGE.chunks(1)).then(|byte| async move {
        tokio::time::sleep(Duration::from_millis(100)).await;
        Ok(Bytes::from_static(byte))
    })
}
