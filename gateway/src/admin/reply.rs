//! Answers of the management API that are not what was asked for: `{"message", "help"}`, as ImageKit has them.

use crate::{
    error::{Failure, INTERNAL_MESSAGE, row},
    protocol::Malformed,
};
use axum::{
    Json,
    response::{IntoResponse, Response},
};
use darkroom_api::v1::ErrorReason;
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use std::borrow::Cow;

/// Why a management request is refused. It never holds a value that the request gave.
#[derive(Debug)]
pub(crate) struct Refusal {
    status: StatusCode,
    message: Cow<'static, str>,
    help: &'static str,
    retry_after_seconds: Option<u64>,
}

#[derive(Serialize)]
struct Told<'a> {
    message: &'a str,
    help: &'a str,
}

const HELP_API: &str = "Correct the request; see docs/api.md.";

impl Refusal {
    pub(crate) fn new(status: StatusCode, message: impl Into<Cow<'static, str>>, help: &'static str) -> Self {
        Self { status, message: message.into(), help, retry_after_seconds: None }
    }

    /// Something in the request is wrong.
    pub(crate) fn invalid(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message, HELP_API)
    }

    pub(crate) fn with_help(self, help: &'static str) -> Self {
        Self { help, ..self }
    }

    pub(crate) fn no_such_path() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "There is nothing at this path.",
            "See /openapi.json for the paths that there are.",
        )
    }

    pub(crate) fn method_not_allowed() -> Self {
        let help = "See /openapi.json for the methods that a path takes.";
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "This path does not take this method.", help)
    }

    pub(crate) fn no_access_key() -> Self {
        let message = "Your request does not contain private API key.";
        Self::new(StatusCode::UNAUTHORIZED, message, row(ErrorReason::AccessKeyRequired).help)
    }

    pub(crate) fn wrong_access_key() -> Self {
        let message = "Your account cannot be authenticated.";
        Self::new(StatusCode::UNAUTHORIZED, message, row(ErrorReason::AccessKeyRequired).help)
    }

    pub(crate) fn not_built(what: &'static str) -> Self {
        let help = row(ErrorReason::NotImplemented).help;
        Self::new(StatusCode::NOT_IMPLEMENTED, format!("{what} is not built yet"), help)
    }

    pub(crate) fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, INTERNAL_MESSAGE, row(ErrorReason::Internal).help)
    }

    /// What the server refused; `said` has the words for the reasons that ImageKit has words for.
    pub(crate) fn of(failure: Failure, said: impl Fn(ErrorReason) -> Option<(StatusCode, &'static str)>) -> Self {
        let Failure { reason, message, metadata: _, violation, retry_after_seconds } = failure;
        let row = row(reason);
        if reason == ErrorReason::AccessKeyRequired {
            return Self::wrong_access_key();
        }
        if let Some((status, message)) = said(reason) {
            return Self::new(status, message, row.help);
        }
        let message = match violation {
            Some((field, description)) => format!("{}: {description}", json_name(&field)),
            None => message,
        };
        Self { retry_after_seconds, ..Self::new(row.management, message, row.help) }
    }
}

impl From<Malformed> for Refusal {
    fn from(malformed: Malformed) -> Self {
        let status = match malformed {
            Malformed::UrlTooLong => StatusCode::URI_TOO_LONG,
            Malformed::Host | Malformed::Target => StatusCode::BAD_REQUEST,
        };
        Self::new(status, malformed.to_string(), HELP_API)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let Self { status, message, help, retry_after_seconds } = self;
        let mut response = (status, Json(Told { message: &message, help })).into_response();
        let fields = response.headers_mut();
        if let Some(seconds) = retry_after_seconds {
            fields.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if status == StatusCode::UNAUTHORIZED {
            // Not Basic, though that is taken too: a browser would ask for the key, keep it, and send it along
            // with requests that other sites make it send.
            fields.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"darkroom\""));
        }
        response
    }
}

/// The name that JSON has for a field of the API, for example `useIAMRole` for `origin.s3.use_iam_role`.
fn json_name(field: &str) -> String {
    let last = field.rsplit('.').next().unwrap_or(field);
    match last {
        "display_name" | "named_transformation_id" | "new_named_transformation_id" => "name".to_owned(),
        "location" => "type".to_owned(),
        "account" => "accountName".to_owned(),
        "use_iam_role" => "useIAMRole".to_owned(),
        "force_path_style" => "s3ForcePathStyle".to_owned(),
        "forward_host_header" => "forwardHostHeaderToOrigin".to_owned(),
        "canonical_base_url" => "baseUrlForCanonicalHeader".to_owned(),
        _ => {
            let mut words = last.split('_');
            let first = words.next().unwrap_or_default().to_owned();
            words.fold(first, |name, word| {
                let (initial, rest) = word.split_at(word.chars().next().map_or(0, char::len_utf8));
                name + &initial.to_uppercase() + rest
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_told_by_the_names_that_the_caller_used() {
        for (field, name) in [
            ("origin.s3.use_iam_role", "useIAMRole"),
            ("origin.gcs.service_account_key", "serviceAccountKey"),
            ("url_endpoint.hosts", "hosts"),
            ("origin.display_name", "name"),
            ("named_transformation_id", "name"),
            ("named_transformation.transformation", "transformation"),
        ] {
            assert_eq!(json_name(field), name);
        }
    }
}
