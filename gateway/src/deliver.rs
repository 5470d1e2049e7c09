//! A delivery URL, from request to answer: what HTTP demands, one call to the image service, its facts as header
//! fields, its chunks as the body.

mod hit;
mod measures;
mod refusal;

use crate::{
    answer_body::AnswerBody,
    config::Config,
    error::Failure,
    headers::{self, insert_always, insert_freshness, insert_representation, insert_server_timing},
    images::{Hits, ImageStream, Images},
    protocol::{announces_body, place},
    rendition_body::RenditionBody,
    request_id::{REQUEST_ID, RequestId},
    url::Attachment,
};
use darkroom_api::v1::{
    ClientHints, DeliveryUrl, ImageSource, Rendition, TransformImageRequest, TransformImageResponse,
    image_source::Source,
};
use futures::{FutureExt, StreamExt};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, header, request::Parts};
use measures::Measures;
use refusal::Refusal;
use std::{
    panic::AssertUnwindSafe,
    time::{Duration, Instant},
};
use tokio::time::timeout;
use tonic::{Status, metadata::MetadataValue};

/// Characters of `Accept` that are looked at; a longer one counts as none.
const ACCEPT_CHARS_MAX: usize = 2048;
/// Characters of a method that are logged.
const METHOD_CHARS_MAX: usize = 16;
/// Etags of a request that are compared.
const ETAGS_MAX: usize = 32;
/// Characters of an etag that is compared.
const ETAG_CHARS_MAX: usize = 256;

/// The hints under their names of today, and under those that older browsers send.
const WIDTH: [HeaderName; 2] = [HeaderName::from_static("sec-ch-width"), HeaderName::from_static("width")];
/// As [`WIDTH`].
const PIXEL_RATIO: [HeaderName; 2] = [HeaderName::from_static("sec-ch-dpr"), HeaderName::from_static("dpr")];

/// What answering delivery URLs takes.
pub(crate) struct Delivery {
    images: Images,
    hits: Option<Hits>,
    config: Config,
    measures: Measures,
}

/// Answers a delivery URL.
pub(crate) async fn deliver<B>(delivery: &Delivery, request: Request<B>) -> Response<AnswerBody> {
    let started = Instant::now();
    let (mut parts, _body) = request.into_parts();
    let id = RequestId::of(&parts.headers);
    let is_head = parts.method == Method::HEAD;
    let answered = AssertUnwindSafe(delivery.answer(&mut parts, &id, started)).catch_unwind().await;
    let mut response = match answered {
        Ok(Ok(response)) => response,
        Ok(Err(refusal)) => refusal.into_response(is_head),
        Err(_) => Refusal::panicked().into_response(is_head),
    };
    insert_always(response.headers_mut());
    response.headers_mut().insert(REQUEST_ID, id.value());
    delivery.record(&parts, &response, &id, started.elapsed());
    response
}

impl Delivery {
    /// Delivers from `images`, and from `hits` what those have at hand. Its metrics go to the recorder that is
    /// installed now.
    pub(crate) fn new(images: Images, hits: Option<Hits>, config: Config) -> Self {
        Self { images, hits, config, measures: Measures::new() }
    }

    async fn answer(
        &self,
        parts: &mut Parts,
        id: &RequestId,
        started: Instant,
    ) -> Result<Response<AnswerBody>, Refusal> {
        let place = place(parts, &self.config)?;
        match parts.method {
            Method::GET | Method::HEAD => {}
            Method::OPTIONS => return Ok(options()),
            _ => return Err(Refusal::method_not_allowed()),
        }
        // A body means nothing here, and two readers who disagree about where it ends make two requests of one.
        if announces_body(&parts.headers) {
            return Err(Refusal::body_not_allowed());
        }
        let is_head = parts.method == Method::HEAD;
        let if_none_match = if_none_match(field_values(&parts.headers, &header::IF_NONE_MATCH));
        let url = DeliveryUrl { host: place.host.to_owned(), target: place.target.to_owned() };
        let request = TransformImageRequest {
            image: Some(ImageSource { source: Some(Source::DeliveryUrl(url)) }),
            steps: None,
            accept: accept(&parts.headers),
            if_none_match,
            omit_data: is_head,
            client_hints: Some(client_hints(&parts.headers)),
        };
        let (rendition, first, stream) = self.begin(request, id).await?;
        let attachment = Attachment::of(place.target);
        let mut response = Response::new(AnswerBody::empty());
        // The map of the request's fields, which nobody reads any more: it has the room that the answer's take.
        *response.headers_mut() = std::mem::take(&mut parts.headers);
        response.headers_mut().clear();
        insert_freshness(response.headers_mut(), &rendition);
        insert_server_timing(response.headers_mut(), &rendition, started.elapsed());
        if rendition.not_modified {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            return Ok(response);
        }
        insert_representation(response.headers_mut(), &rendition, &attachment);
        if !is_head {
            let size_bytes = u64::try_from(rendition.size_bytes).unwrap_or(0);
            let body = RenditionBody::new(stream, first, size_bytes, self.config.chunk_timeout);
            *response.body_mut() = AnswerBody::Rendition(body);
        }
        Ok(response)
    }

    /// Calls the image service and waits for the facts.
    async fn begin(
        &self,
        message: TransformImageRequest,
        id: &RequestId,
    ) -> Result<(Rendition, bytes::Bytes, ImageStream<TransformImageResponse>), Refusal> {
        let mut request = tonic::Request::new(message);
        if let Ok(value) = MetadataValue::try_from(id.as_str()) {
            request.metadata_mut().insert("request-id", value);
        }
        let called = timeout(self.config.answer_timeout, async {
            let mut stream = self.images.transform_image(request).await?.into_inner();
            let first = stream.next().await.transpose()?;
            Ok::<_, Status>((first, stream))
        });
        let (first, stream) = match called.await {
            Ok(Ok(begun)) => begun,
            Ok(Err(status)) => return Err(Failure::from(&status).into()),
            Err(_) => return Err(Failure::from(&Status::deadline_exceeded("")).into()),
        };
        match first {
            Some(TransformImageResponse { rendition: Some(rendition), data }) => Ok((rendition, data, stream)),
            _ => Err(Failure::from(&Status::internal("")).into()),
        }
    }
}

fn options() -> Response<AnswerBody> {
    let mut response = Response::new(AnswerBody::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let fields = response.headers_mut();
    fields.insert(header::ALLOW, headers::METHODS);
    fields.insert(header::ACCESS_CONTROL_ALLOW_METHODS, headers::METHODS);
    fields.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("*"));
    fields.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400"));
    response
}

fn client_hints(headers: &HeaderMap) -> ClientHints {
    let number = |names: &[HeaderName; 2]| {
        let value = names.iter().find_map(|name| headers.get(name))?.to_str().ok()?;
        value.trim().parse::<f64>().ok().filter(|number| number.is_finite())
    };
    ClientHints { width_px: number(&WIDTH), device_pixel_ratio: number(&PIXEL_RATIO) }
}

fn accept(headers: &HeaderMap) -> String {
    let mut accept = String::new();
    for value in field_values(headers, &header::ACCEPT) {
        if !accept.is_empty() {
            accept.push_str(", ");
        }
        accept.push_str(value);
    }
    if accept.len() > ACCEPT_CHARS_MAX { String::new() } else { accept }
}

fn field_values<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    headers.get_all(name).iter().filter_map(|value| value.to_str().ok())
}

// Weak comparison (RFC 9110 §8.8.3.2) is comparison without `W/`.
fn if_none_match<'a>(values: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut etags = Vec::new();
    for value in values {
        let mut rest = value.trim();
        if rest == "*" {
            return vec!["*".to_owned()];
        }
        while etags.len() < ETAGS_MAX {
            let opening = rest.strip_prefix("W/").unwrap_or(rest);
            let Some((opaque, after)) = opening.strip_prefix('"').and_then(|inside| inside.split_once('"')) else {
                break;
            };
            if opaque.len() <= ETAG_CHARS_MAX {
                etags.push(format!("\"{opaque}\""));
            }
            rest = after.trim_start_matches([' ', '\t', ',']);
        }
    }
    etags
}

impl Delivery {
    // The path goes to the log without the query, which can hold a signature or a token for an origin; a web proxy's
    // path can hold an encoded one. At `debug`, because a line for each image costs more than a cached image does.
    fn record(&self, parts: &Parts, response: &Response<AnswerBody>, id: &RequestId, elapsed: Duration) {
        let cache = response.headers().get(headers::X_CACHE).and_then(|value| value.to_str().ok()).unwrap_or("NONE");
        self.note(parts.method.as_str(), parts.uri.path(), response.status(), cache, id, elapsed);
    }

    fn note(&self, method: &str, path: &str, status: StatusCode, cache: &str, id: &RequestId, elapsed: Duration) {
        tracing::debug!(
            request_id = %id,
            // A client may make up methods, of any length.
            method = method.get(..METHOD_CHARS_MAX).unwrap_or(method),
            path = without_inner_query(path),
            status = status.as_u16(),
            cache,
            milliseconds = elapsed.as_secs_f64() * 1000.0,
            "answered a delivery URL",
        );
        self.measures.answered(status, cache, elapsed);
    }
}

fn without_inner_query(path: &str) -> &str {
    let end = path.find("%3F").or_else(|| path.find("%3f")).unwrap_or(path.len());
    &path[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn etags_are_read_as_a_list_and_compared_weakly() {
        let check = |values: &[&'static str], expected: &[&str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(header::IF_NONE_MATCH, HeaderValue::from_static(value));
            }
            let etags = if_none_match(field_values(&headers, &header::IF_NONE_MATCH));
            assert_eq!(etags, expected, "{values:?}");
        };
        check(&[], &[]);
        check(&["\"a\""], &["\"a\""]);
        check(&["W/\"a\", \"b,c\" ,\"d\""], &["\"a\"", "\"b,c\"", "\"d\""]);
        check(&["\"a\"", "\"b\""], &["\"a\"", "\"b\""]);
        check(&["*"], &["*"]);
        check(&["a"], &[]);
        check(&["\"a"], &[]);
        check(&["\"a\"x\"b\""], &["\"a\""]);
    }
}
