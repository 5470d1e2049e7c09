//! An answer of a delivery URL that is not an image: a short JSON body, and the same in one header field.

use crate::{
    answer_body::AnswerBody,
    error::{Failure, INTERNAL_MESSAGE, row},
    headers::{self, visible},
    protocol::Malformed,
};
use darkroom_api::v1::ErrorReason;
use http::{HeaderName, HeaderValue, Response, StatusCode, header};
use serde::Serialize;

/// Why there is no image.
#[derive(Debug)]
pub(crate) struct Refusal {
    status: StatusCode,
    told: Told,
    retry_after_seconds: Option<u64>,
    is_about_the_method: bool,
    closes_the_connection: bool,
}

/// What is told of it.
#[derive(Debug, Serialize)]
struct Told {
    code: &'static str,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expected: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nearest: Option<String>,
    help: &'static str,
}

#[derive(Serialize)]
struct Reply<'a> {
    error: &'a Told,
}

impl Refusal {
    fn new(status: StatusCode, code: &'static str, message: &str, help: &'static str) -> Self {
        let told = Told {
            code,
            message: message.to_owned(),
            parameter: None,
            position: None,
            expected: None,
            nearest: None,
            help,
        };
        Self { status, told, retry_after_seconds: None, is_about_the_method: false, closes_the_connection: false }
    }

    pub(crate) fn method_not_allowed() -> Self {
        let help = "Use GET, HEAD or OPTIONS; see docs/urls.md.";
        let message = "a delivery URL does not take this method";
        let refusal = Self::new(StatusCode::METHOD_NOT_ALLOWED, "EINVAL", message, help);
        Self { is_about_the_method: true, ..refusal }
    }

    pub(crate) fn body_not_allowed() -> Self {
        let help = "Send the request without a body; see docs/urls.md.";
        let refusal = Self::new(StatusCode::BAD_REQUEST, "EINVAL", "a delivery URL does not take a body", help);
        Self { closes_the_connection: true, ..refusal }
    }

    pub(crate) fn panicked() -> Self {
        let row = row(ErrorReason::Internal);
        Self::new(row.delivery, row.code, INTERNAL_MESSAGE, row.help)
    }

    /// The answer; to HEAD without its body.
    pub(crate) fn into_response(self, is_head: bool) -> Response<AnswerBody> {
        let Self { status, told, retry_after_seconds, is_about_the_method, closes_the_connection } = self;
        metrics::counter!("darkroom_delivery_errors_total", "code" => told.code).increment(1);
        let body = serde_json::to_vec(&Reply { error: &told }).unwrap_or_default();
        let mut response = Response::new(AnswerBody::empty());
        *response.status_mut() = status;
        let fields = response.headers_mut();
        fields.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        fields.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
        fields.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Ok(value) = HeaderValue::try_from(format!("{} - {}", told.code, visible(&told.message))) {
            fields.insert(HeaderName::from_static("ik-error"), value);
        }
        if let Some(seconds) = retry_after_seconds {
            fields.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if is_about_the_method {
            fields.insert(header::ALLOW, headers::METHODS);
        }
        if closes_the_connection {
            fields.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        if !is_head {
            *response.body_mut() = AnswerBody::Whole(body.into());
        }
        response
    }
}

impl From<Failure> for Refusal {
    fn from(failure: Failure) -> Self {
        let Failure { reason, message, mut metadata, violation: _, retry_after_seconds } = failure;
        let row = row(reason);
        // A reason that has no meaning on delivery is a fault of ours, whatever its words are.
        let message = if row.delivery == StatusCode::INTERNAL_SERVER_ERROR { INTERNAL_MESSAGE } else { &message };
        let refusal = Self::new(row.delivery, row.code, message, row.help);
        let told = Told {
            parameter: metadata.remove("parameter"),
            position: metadata.remove("position"),
            expected: metadata.remove("expected"),
            nearest: metadata.remove("nearest"),
            ..refusal.told
        };
        Self { told, retry_after_seconds, ..refusal }
    }
}

impl From<Malformed> for Refusal {
    fn from(malformed: Malformed) -> Self {
        let (status, help) = match malformed {
            Malformed::UrlTooLong => (StatusCode::URI_TOO_LONG, "Shorten the URL; see docs/limits.md."),
            Malformed::Host | Malformed::Target => (StatusCode::BAD_REQUEST, "Correct the request; see docs/urls.md."),
        };
        let code = if malformed == Malformed::UrlTooLong { "ELIMIT" } else { "EINVAL" };
        let refusal = Self::new(status, code, &malformed.to_string(), help);
        Self { closes_the_connection: true, ..refusal }
    }
}
