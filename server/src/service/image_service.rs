//! `ImageService`: messages to deliveries, and back.

use super::{
    access::Caller,
    batch,
    rendition_stream::{MessageStream, messages},
    status,
};
use crate::{
    cache::Entry,
    delivery::{
        self, Answer, Attempt, Delivery, Error, Explanation, Locator, Original, Request as DeliveryRequest,
        SignatureCheck, SignatureState, Source, Timing, Told,
    },
};
use bytes::Bytes;
use darkroom_api::{
    limits::SOURCE_DATA_BYTES_MAX,
    pipeline,
    v1::{
        self, BatchTransformImageRequest, BatchTransformImageResponse, ClientHints, DeliveryUrl,
        ExplainDeliveryRequest, ExplainDeliveryResponse, FetchImageRequest, FetchImageResponse,
        GetImageMetadataRequest, ImageMetadata, ImageSource, OriginAttempt, Rendition, SignUrlsRequest,
        SignUrlsResponse, SourceImage, TransformImageRequest, TransformImageResponse,
        image_service_server::ImageService, image_source, transform_image_request::Steps,
    },
};
use darkroom_engine::language::{Dependence, Hints};
use std::time::{Duration, Instant};
use tonic::{Request, Response, Status, async_trait, metadata::MetadataMap};
use tracing::{Instrument, Span};

/// URLs that one call signs.
const SIGNED_URLS_MAX: usize = 1000;

/// The target of the spans of hits, which telemetry switches off where nobody collects traces.
pub const HITS: &str = "darkroom_hits";

/// What is told with a rendition whose source could not be asked for again.
const STALE: &str = "stale: an origin failed, this rendition could not be revalidated";

/// The image service. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct Images {
    pub(super) delivery: Delivery,
}

impl Images {
    /// The service over a delivery.
    pub fn new(delivery: Delivery) -> Self {
        Self { delivery }
    }

    async fn make(&self, request: DeliveryRequest, metadata: &MetadataMap) -> Result<Answer, Status> {
        let span = span_of(metadata);
        self.delivery.rendition(request).instrument(span.clone()).await.map_err(|error| failed(&span, &error))
    }
}

#[async_trait]
impl ImageService for Images {
    type FetchImageStream = MessageStream<FetchImageResponse>;
    type TransformImageStream = MessageStream<TransformImageResponse>;
    type BatchTransformImageStream = MessageStream<BatchTransformImageResponse>;

    async fn fetch_image(
        &self,
        request: Request<FetchImageRequest>,
    ) -> Result<Response<Self::FetchImageStream>, Status> {
        let span = span(&request);
        let FetchImageRequest { image, if_none_match } = request.into_inner();
        let source = source(image)?;
        if matches!(source, Source::Data(_)) {
            return Err(status::invalid_argument("image.data", "an image that is sent along need not be fetched"));
        }
        let (_, original) =
            self.delivery.original(source).instrument(span.clone()).await.map_err(|error| failed(&span, &error))?;
        let facts = source_image(&original, &if_none_match);
        let data = if facts.not_modified { Bytes::new() } else { original.data().clone() };
        Ok(Response::new(messages(facts, data, |source_image, data| FetchImageResponse { source_image, data })))
    }

    async fn transform_image(
        &self,
        request: Request<TransformImageRequest>,
    ) -> Result<Response<Self::TransformImageStream>, Status> {
        let (metadata, _, message) = request.into_parts();
        let TransformImageRequest { image, steps, accept, if_none_match, omit_data, client_hints } = message;
        let source = source(image)?;
        let transformation = transformation(steps)?;
        if transformation.is_some() && matches!(source, Source::At(Locator::Url { .. })) {
            return Err(status::invalid_argument("transformation", "a delivery URL has its own; leave this field out"));
        }
        let request = DeliveryRequest { source, transformation, accept, hints: hints(client_hints) };
        // A span costs more than all else that a hit takes. Where traces go nowhere, this one is switched off.
        let looking = tracing::info_span!(target: HITS, "hit", request_id = request_id(&metadata));
        let answer = match looking.in_scope(|| self.delivery.at_hand(&request)) {
            Some(answer) => answer,
            // In a box, because what makes a rendition is large, and a hit would carry the room for it along.
            None => Box::pin(self.make(request, &metadata)).await?,
        };
        let not_modified = matches_etag(&if_none_match, &answer.entry.etag);
        let data = if not_modified || omit_data { Bytes::new() } else { answer.entry.data.clone() };
        let facts = rendition(&answer, not_modified);
        Ok(Response::new(messages(facts, data, |rendition, data| TransformImageResponse { rendition, data })))
    }

    async fn batch_transform_image(
        &self,
        request: Request<BatchTransformImageRequest>,
    ) -> Result<Response<Self::BatchTransformImageStream>, Status> {
        let span = span(&request);
        let deadline = batch::deadline(request.metadata(), Instant::now());
        let asked = batch::Asked::of(request.into_inner())?;
        Ok(Response::new(batch::answer(&self.delivery, asked, deadline, span)))
    }

    async fn get_image_metadata(
        &self,
        request: Request<GetImageMetadataRequest>,
    ) -> Result<Response<ImageMetadata>, Status> {
        let span = span(&request);
        let source = source(request.into_inner().image)?;
        let found =
            self.delivery.metadata(source).instrument(span.clone()).await.map_err(|error| failed(&span, &error))?;
        Ok(Response::new(ImageMetadata {
            width_px: found.width_px,
            height_px: found.height_px,
            media_type: found.format.media_type().to_owned(),
            size_bytes: signed(found.size_bytes),
            frame_count: found.frames,
            has_color_profile: found.has_color_profile,
            has_transparency: found.has_transparency,
            density: found.density,
            orientation: found.orientation.into(),
            quality: found.quality.into(),
            format: found.format.extension().to_owned(),
        }))
    }

    async fn explain_delivery(
        &self,
        request: Request<ExplainDeliveryRequest>,
    ) -> Result<Response<ExplainDeliveryResponse>, Status> {
        let span = span(&request);
        let ExplainDeliveryRequest { delivery_url, accept, client_hints } = request.into_inner();
        let Some(DeliveryUrl { host, target }) = delivery_url else {
            return Err(status::invalid_argument("delivery_url", "required: what a browser asks for"));
        };
        check_target(&target, "delivery_url.target")?;
        Ok(Response::new(explanation(
            self.delivery.explain(host, target, &accept, hints(client_hints)).instrument(span).await,
        )))
    }

    async fn sign_urls(&self, request: Request<SignUrlsRequest>) -> Result<Response<SignUrlsResponse>, Status> {
        let access_key = request.extensions().get::<Caller>().map(|caller| caller.access_key.clone());
        let SignUrlsRequest { urls, expire_time } = request.into_inner();
        if urls.is_empty() || urls.len() > SIGNED_URLS_MAX {
            return Err(status::invalid_argument("urls", format!("expected 1 to {SIGNED_URLS_MAX} URLs")));
        }
        let expiry = expire_time.map(|time| time.seconds);
        if expiry.is_some_and(|expiry| expiry <= jiff::Timestamp::now().as_second() || !delivery::is_expiry(expiry)) {
            return Err(status::invalid_argument("expire_time", "expected a time in the future, before the year 2286"));
        }
        let signed = urls.iter().enumerate().map(|(index, url)| {
            let signed = self.delivery.sign(url, access_key.as_deref(), expiry);
            signed.map_err(|refusal| status::invalid_argument(&format!("urls[{index}]"), refusal.to_string()))
        });
        Ok(Response::new(SignUrlsResponse { urls: signed.collect::<Result<_, _>>()? }))
    }
}

/// What every line of the log about a request has in common.
fn span<T>(request: &Request<T>) -> Span {
    span_of(request.metadata())
}

fn span_of(metadata: &MetadataMap) -> Span {
    tracing::info_span!("request", request_id = request_id(metadata))
}

fn request_id(metadata: &MetadataMap) -> &str {
    metadata.get("request-id").and_then(|id| id.to_str().ok()).unwrap_or_default()
}

/// The status of a failure; what the log has of it carries the request's id.
pub(super) fn failed(span: &Span, error: &Error) -> Status {
    span.in_scope(|| status::delivery(error))
}

pub(super) fn source(image: Option<ImageSource>) -> Result<Source, Status> {
    use image_source::Source as Message;
    match image.and_then(|image| image.source) {
        None => Err(status::invalid_argument("image", "required: where the source image comes from")),
        Some(Message::Data(data)) if data.is_empty() => {
            Err(status::invalid_argument("image.data", "the image has no bytes"))
        }
        Some(Message::Data(data)) if data.len() > SOURCE_DATA_BYTES_MAX => Err(status::invalid_argument(
            "image.data",
            format!("limited to {SOURCE_DATA_BYTES_MAX} bytes; register an origin for larger images"),
        )),
        Some(Message::Data(data)) => Ok(Source::Data(data)),
        Some(Message::EndpointPath(v1::EndpointPath { url_endpoint, path, query })) => {
            let id = id_of(&url_endpoint, "urlEndpoints/", "image.endpoint_path.url_endpoint")?;
            Ok(Source::At(Locator::UrlEndpoint { id, path, query }))
        }
        Some(Message::OriginPath(v1::OriginPath { origin, path, query })) => {
            let id = id_of(&origin, "origins/", "image.origin_path.origin")?;
            Ok(Source::At(Locator::Origin { id, path, query }))
        }
        Some(Message::DeliveryUrl(DeliveryUrl { host, target })) => {
            check_target(&target, "image.delivery_url.target")?;
            Ok(Source::At(Locator::Url { host, target }))
        }
    }
}

fn check_target(target: &str, field: &str) -> Result<(), Status> {
    if target.starts_with('/') {
        Ok(())
    } else {
        Err(status::invalid_argument(field, "required: a path that starts with `/`, and its query"))
    }
}

fn id_of(name: &str, prefix: &str, field: &str) -> Result<String, Status> {
    let id = name.strip_prefix(prefix).filter(|id| !id.is_empty() && !id.contains('/'));
    id.map(str::to_owned)
        .ok_or_else(|| status::invalid_argument(field, format!("expected a resource name, `{prefix}…`")))
}

fn transformation(steps: Option<Steps>) -> Result<Option<String>, Status> {
    match steps {
        None => Ok(None),
        Some(Steps::Transformation(text)) => Ok(Some(text.strip_prefix("tr:").map_or(text.clone(), str::to_owned))),
        Some(Steps::Pipeline(typed)) => pipeline::text(&typed)
            .map(Some)
            .map_err(|invalid| status::invalid_argument(&invalid.field, invalid.description)),
    }
}

/// Weak comparison, as conditional GETs use it (RFC 9110 §13.1.2).
pub(super) fn matches_etag(candidates: &[String], etag: &str) -> bool {
    candidates.iter().any(|candidate| candidate == "*" || candidate.trim_start_matches("W/") == etag)
}

fn source_image(original: &Original, if_none_match: &[String]) -> SourceImage {
    let etag = format!("\"{}\"", original.version.replace(['"', '\\'], ""));
    SourceImage {
        origin: format!("origins/{}", original.origin),
        media_type: media_type(original),
        size_bytes: signed(original.data().len() as u64),
        not_modified: matches_etag(if_none_match, &etag),
        etag,
        modify_time: original.modify_time.map(timestamp),
    }
}

fn media_type(original: &Original) -> String {
    match original.format {
        Some(format) => format.media_type().to_owned(),
        None => original.media_type.clone().unwrap_or_else(|| "application/octet-stream".to_owned()),
    }
}

pub(super) fn rendition(answer: &Answer, not_modified: bool) -> Rendition {
    let Answer { entry, told, default_image, cached, max_age, timings, stale } = answer;
    let fresh = fresh_rendition(entry, told, *max_age);
    Rendition {
        not_modified,
        cached: *cached,
        timings: timings.iter().copied().map(timing).collect(),
        warnings: fresh.warnings.into_iter().chain(stale.then(|| STALE.to_owned())).collect(),
        default_image: *default_image,
        ..fresh
    }
}

/// What is told of a rendition, beside how it came about.
pub(super) fn fresh_rendition(entry: &Entry, told: &Told, max_age: Duration) -> Rendition {
    let Told { url_endpoint, canonical_urls, file_name, transformation, negotiated, dependence, warnings } = told;
    let origin = canonical_urls.iter().find(|(origin, _)| *origin == entry.origin);
    Rendition {
        media_type: entry.media_type.clone(),
        size_bytes: signed(entry.data.len() as u64),
        etag: entry.etag.clone(),
        max_age: Some(duration(max_age)),
        vary: vary(*negotiated, *dependence),
        not_modified: false,
        width_px: entry.width_px,
        height_px: entry.height_px,
        transformation: transformation.clone(),
        url_endpoint: url_endpoint.clone(),
        origin: origin.map(|(id, _)| format!("origins/{id}")).unwrap_or_default(),
        file_name: self::file_name(file_name, &entry.media_type, entry.width_px > 0),
        canonical_url: origin.map(|(_, url)| url.clone()).unwrap_or_default(),
        cached: false,
        timings: Vec::new(),
        warnings: warnings.clone(),
        modify_time: modify_time(entry),
        default_image: false,
        content_dpr: dependence.content_dpr,
    }
}

pub(super) fn modify_time(entry: &Entry) -> Option<prost_types::Timestamp> {
    (entry.modified_at != 0).then_some(prost_types::Timestamp { seconds: entry.modified_at, nanos: 0 })
}

/// Request fields that the answer depends on.
fn vary(negotiated: bool, dependence: Dependence) -> Vec<String> {
    let fields = [("Accept", negotiated), ("Sec-CH-Width", dependence.width), ("Sec-CH-DPR", dependence.dpr)];
    fields.into_iter().filter(|(_, depends)| *depends).map(|(name, _)| name.to_owned()).collect()
}

pub(super) fn hints(hints: Option<ClientHints>) -> Hints {
    let ClientHints { width_px, device_pixel_ratio } = hints.unwrap_or_default();
    Hints { width_px, dpr: device_pixel_ratio }
}

/// A rendition in another format than its source is saved under that format's extension.
fn file_name(name: &str, media_type: &str, rendered: bool) -> String {
    let extension = match media_type {
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "image/webp" => "webp",
        "image/avif" => "avif",
        "image/gif" => "gif",
        _ => return name.to_owned(),
    };
    let (stem, current) = name.rsplit_once('.').unwrap_or((name, ""));
    let same = current.eq_ignore_ascii_case(extension) || (extension == "jpg" && current.eq_ignore_ascii_case("jpeg"));
    if !rendered || same { name.to_owned() } else { format!("{stem}.{extension}") }
}

fn explanation(found: Explanation) -> ExplainDeliveryResponse {
    let Explanation { address, signature, attempts, outcome, cached } = found;
    let outcome = match outcome {
        Ok(outcome) => v1::Outcome { delivered: true, media_type: outcome.media_type, reason: 0, message: outcome.why },
        Err(error) => {
            let failed = status::delivery(&error);
            let reason = status::reason_of(&failed);
            // The caller is authorised: the whole story, and not only what a browser is told.
            v1::Outcome {
                delivered: false,
                media_type: String::new(),
                reason: reason.into(),
                message: error.to_string(),
            }
        }
    };
    let mut response = ExplainDeliveryResponse {
        origin_attempts: attempts.iter().map(origin_attempt).collect(),
        outcome: Some(outcome),
        cached,
        signature: signature.map(signature_check),
        ..Default::default()
    };
    if let Some(address) = address {
        response.url_endpoint = address.url_endpoint_name();
        address.matched_by.clone_into(&mut response.url_endpoint_match);
        response.path = address.path.to_string();
        response.transformation = address.pipeline.to_string();
        response.query = address.query;
    }
    response
}

fn signature_check(check: SignatureCheck) -> v1::SignatureCheck {
    let SignatureCheck { state, required, signed_text, expiry } = check;
    let state = match state {
        SignatureState::Missing => v1::SignatureState::Missing,
        SignatureState::Valid => v1::SignatureState::Valid,
        SignatureState::Invalid => v1::SignatureState::Invalid,
        SignatureState::Expired => v1::SignatureState::Expired,
    };
    let expire_time = expiry.map(|seconds| prost_types::Timestamp { seconds, nanos: 0 });
    v1::SignatureCheck { state: state.into(), required, signed_text, expire_time }
}

fn origin_attempt(attempt: &Attempt) -> OriginAttempt {
    let Attempt { origin, result, duration: took } = attempt;
    let found = result.as_ref().ok();
    OriginAttempt {
        origin: format!("origins/{}", origin.id),
        display_name: origin.display_name.clone(),
        found: found.is_some(),
        reason: result.as_ref().err().map_or(0, |error| status::origin_reason(error).into()),
        message: result.as_ref().map_or_else(ToString::to_string, |_| "the image is here".to_owned()),
        duration: Some(duration(*took)),
        media_type: found.map(|original| media_type(original)).unwrap_or_default(),
        size_bytes: found.map_or(0, |original| signed(original.data().len() as u64)),
    }
}

fn timing((name, took): Timing) -> v1::Timing {
    v1::Timing { name: name.to_owned(), duration: Some(duration(took)) }
}

fn duration(duration: Duration) -> prost_types::Duration {
    // Only a duration over 292 billion years fails to convert.
    duration.try_into().unwrap_or_default()
}

fn timestamp(time: jiff::Timestamp) -> prost_types::Timestamp {
    prost_types::Timestamp { seconds: time.as_second(), nanos: time.subsec_nanosecond() }
}

pub(super) fn signed(bytes: u64) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_saved_rendition_has_its_formats_extension() {
        assert_eq!(file_name("photo.jpg", "image/webp", true), "photo.webp");
        assert_eq!(file_name("photo.JPEG", "image/jpeg", true), "photo.JPEG");
        assert_eq!(file_name("photo", "image/png", true), "photo.png");
        assert_eq!(file_name("photo.heic", "image/heic", false), "photo.heic");
        assert_eq!(file_name("page.txt", "text/plain", false), "page.txt");
    }

    #[test]
    fn etags_compare_weakly() {
        assert!(matches_etag(&["W/\"a\"".into()], "\"a\""));
        assert!(matches_etag(&["\"b\"".into(), "*".into()], "\"a\""));
        assert!(!matches_etag(&["\"b\"".into()], "\"a\""));
        assert!(!matches_etag(&[], "\"a\""));
    }
}
