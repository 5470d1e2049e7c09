//! `BatchTransformImage`: many renditions of one source as one stream, each as soon as it is ready.

use super::{
    image_service::{failed, hints, matches_etag, rendition, source},
    rendition_stream::{MessageStream, parts},
    status,
};
use crate::delivery::{Answer, Batch, Delivery, Locator, Source};
use bytes::Bytes;
use darkroom_api::{
    limits::{BATCH_TRANSFORMATIONS_MAX, CALL_TIMEOUT},
    pipeline,
    v1::{BatchTransformImageRequest, BatchTransformImageResponse, RenditionError},
};
use futures::StreamExt;
use std::{
    collections::HashMap,
    time::{Duration, Instant},
};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Status, metadata::MetadataMap};
use tonic_types::StatusExt;
use tracing::{Instrument, Span};

/// Messages that may wait for the client to read them. They share the memory of their renditions.
const WAITING_MESSAGES_MAX: usize = 4;

/// What a client asks for, as far as it makes sense.
#[derive(Debug)]
pub(super) struct Asked {
    batch: Batch,
    /// Those that no text can be made of, by their place.
    malformed: Vec<(u32, Status)>,
    if_none_match: Vec<String>,
    omit_data: bool,
}

impl Asked {
    /// # Errors
    /// For what is wrong with the whole request.
    pub(super) fn of(message: BatchTransformImageRequest) -> Result<Self, Status> {
        let BatchTransformImageRequest {
            image,
            transformations,
            accept,
            pipelines,
            if_none_match,
            omit_data,
            client_hints,
        } = message;
        let source = source(image)?;
        if matches!(source, Source::At(Locator::Url { .. })) {
            return Err(status::invalid_argument(
                "image.delivery_url",
                "a delivery URL has a transformation of its own; name the image by `endpoint_path`",
            ));
        }
        if !transformations.is_empty() && !pipelines.is_empty() {
            return Err(status::invalid_argument("pipelines", "expected none beside `transformations`"));
        }
        let count = transformations.len() + pipelines.len();
        if !(1..=BATCH_TRANSFORMATIONS_MAX).contains(&count) {
            let expected = format!("expected 1 to {BATCH_TRANSFORMATIONS_MAX} renditions, not {count}");
            return Err(status::invalid_argument("transformations", expected));
        }
        let (mut texts, mut malformed) = (Vec::with_capacity(count), Vec::new());
        for (index, text) in (0..).zip(&transformations) {
            texts.push((index, text.strip_prefix("tr:").unwrap_or(text).to_owned()));
        }
        for (index, typed) in (0..).zip(&pipelines) {
            match pipeline::text(typed) {
                Ok(text) => texts.push((index, text)),
                Err(invalid) => {
                    let field = invalid.field.replacen("pipeline", &format!("pipelines[{index}]"), 1);
                    malformed.push((index, status::invalid_argument(&field, invalid.description)));
                }
            }
        }
        let batch = Batch { source, transformations: texts, accept, hints: hints(client_hints) };
        Ok(Self { batch, malformed, if_none_match, omit_data })
    }
}

/// When the time of a call is up: its own deadline, and ours. The time limit of the server ends with the first message
/// of a stream, and these come later.
pub(super) fn deadline(metadata: &MetadataMap, now: Instant) -> Instant {
    let own = metadata.get("grpc-timeout").and_then(|value| timeout(value.to_str().ok()?));
    now + own.map_or(CALL_TIMEOUT, |own| own.min(CALL_TIMEOUT))
}

/// What the header field says: at most eight digits and a unit.
fn timeout(value: &str) -> Option<Duration> {
    let (digits, unit) = value.split_at_checked(value.len().checked_sub(1)?)?;
    if digits.len() > 8 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: u64 = digits.parse().ok()?;
    Some(match unit {
        "H" => Duration::from_hours(number),
        "M" => Duration::from_mins(number),
        "S" => Duration::from_secs(number),
        "m" => Duration::from_millis(number),
        "u" => Duration::from_micros(number),
        "n" => Duration::from_nanos(number),
        _ => return None,
    })
}

/// The renditions. They are made in a task that ends with the stream, and at `deadline` whether the client reads or not:
/// what is ready and not read takes memory.
pub(super) fn answer(
    delivery: &Delivery,
    asked: Asked,
    deadline: Instant,
    span: Span,
) -> MessageStream<BatchTransformImageResponse> {
    let (messages, stream) = mpsc::channel(WAITING_MESSAGES_MAX);
    let (delivery, within) = (delivery.clone(), span.clone());
    let work = async move {
        let told = tokio::select! {
            // The client is gone, and with this the renditions.
            () = messages.closed() => return,
            told = tokio::time::timeout_at(deadline.into(), tell(&delivery, asked, &messages, &within)) => told,
        };
        if told.is_err() {
            let _ = messages.send(Err(Status::deadline_exceeded("the time for this call is up"))).await; // until it is read
        }
    };
    tokio::spawn(work.instrument(span));
    Box::pin(ReceiverStream::new(stream))
}

type Messages = mpsc::Sender<Result<BatchTransformImageResponse, Status>>;

/// Sends all renditions, until the client is gone.
async fn tell(delivery: &Delivery, asked: Asked, messages: &Messages, span: &Span) {
    let Asked { batch, malformed, if_none_match, omit_data } = asked;
    for (index, status) in malformed {
        if messages.send(Ok(refusal(index, &status))).await.is_err() {
            return;
        }
    }
    let mut renditions = delivery.renditions(batch);
    while let Some((index, made)) = renditions.next().await {
        let told = match made {
            Ok(answer) => send(messages, index, &answer, &if_none_match, omit_data).await,
            Err(error) => messages.send(Ok(refusal(index, &failed(span, &error)))).await.is_ok(),
        };
        if !told {
            return;
        }
    }
}

/// Sends one rendition; false when nobody reads.
async fn send(messages: &Messages, index: u32, answer: &Answer, if_none_match: &[String], omit_data: bool) -> bool {
    let not_modified = matches_etag(if_none_match, &answer.entry.etag);
    let data = if not_modified || omit_data { Bytes::new() } else { answer.entry.data.clone() };
    let message = |rendition, data| BatchTransformImageResponse { index, rendition, data, error: None };
    for message in parts(rendition(answer, not_modified), data, message) {
        if messages.send(Ok(message)).await.is_err() {
            return false;
        }
    }
    true
}

/// Why a rendition is not made, as the status of a call of its own would say it.
fn refusal(index: u32, status: &Status) -> BatchTransformImageResponse {
    let metadata: HashMap<String, String> =
        status.get_details_error_info().map(|info| info.metadata).unwrap_or_default();
    let retry_delay = status.get_details_retry_info().and_then(|retry| retry.retry_delay);
    let error = RenditionError {
        code: status.code().into(),
        reason: status::reason_of(status).into(),
        message: status.message().to_owned(),
        metadata,
        retry_delay: retry_delay.and_then(|delay| delay.try_into().ok()),
    };
    BatchTransformImageResponse { index, error: Some(error), ..Default::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deadline_is_the_sooner_of_two() {
        let now = Instant::now();
        let of = |value: &'static str| {
            let mut metadata = MetadataMap::new();
            metadata.insert("grpc-timeout", value.parse().unwrap());
            deadline(&metadata, now) - now
        };
        assert_eq!(of("250m"), Duration::from_millis(250));
        assert_eq!(of("99999999n"), Duration::from_nanos(99_999_999));
        assert_eq!(of("5u"), Duration::from_micros(5));
        assert_eq!(of("2S"), Duration::from_secs(2));
        for longer in ["61S", "2M", "99999999H", "", "S", "-1S", "+1S", "1", "1s", "123456789n"] {
            assert_eq!(of(longer), CALL_TIMEOUT, "{longer}");
        }
    }

    #[test]
    fn a_refusal_says_what_the_status_says() {
        let status = status::invalid_argument("pipelines[1].transformations", "too many");
        let BatchTransformImageResponse { index, rendition, data, error } = refusal(1, &status);
        let error = error.unwrap();
        assert_eq!((index, rendition, data.len()), (1, None, 0));
        assert_eq!(error.code, i32::from(status.code()));
        assert_eq!(error.reason().reason(), "ARGUMENT_INVALID");
        assert_eq!(error.metadata["field"], "pipelines[1].transformations");
        assert_eq!(error.message, status.message());
    }
}
