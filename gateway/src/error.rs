//! Errors of the API as HTTP has them. The one table of reasons is [`row`]; nothing else maps a reason.

use darkroom_api::{ERROR_DOMAIN, v1::ErrorReason};
use http::StatusCode;
use std::collections::HashMap;
use tonic::{Code, Status};
use tonic_types::StatusExt;

/// What is said of a fault of our own; what happened is in the log, under the request id.
pub(crate) const INTERNAL_MESSAGE: &str = "Darkroom failed to answer; its log has the request id";

/// Seconds after which a client may come again when the server did not say.
const RETRY_AFTER_SECONDS: u64 = 1;

/// How one reason looks from outside.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    /// Status of a delivery URL.
    pub(crate) delivery: StatusCode,
    /// Code in `ik-error` and in the body of a delivery URL.
    pub(crate) code: &'static str,
    /// Status of the management API.
    pub(crate) management: StatusCode,
    /// What to do about it, in a sentence.
    pub(crate) help: &'static str,
}

/// The table. A reason that cannot happen on delivery is an internal error there.
#[allow(clippy::too_many_lines, reason = "it is a table")]
pub(crate) const fn row(reason: ErrorReason) -> Row {
    use ErrorReason as R;
    use StatusCode as S;
    const OURS: (StatusCode, &str) = (StatusCode::INTERNAL_SERVER_ERROR, "UNIDENTIFIED");
    let ((delivery, code), management, help) = match reason {
        R::TransformationInvalid => (
            (S::BAD_REQUEST, "EINVAL"),
            S::BAD_REQUEST,
            "Correct the transformation in the URL; see docs/transformations.md.",
        ),
        R::TransformationUnsupported => (
            (S::BAD_REQUEST, "UNSUPPORTED"),
            S::BAD_REQUEST,
            "Leave the parameter out; see docs/transformations.md for what is supported.",
        ),
        R::TransformationImpossible => (
            (S::BAD_REQUEST, "EINVAL"),
            S::BAD_REQUEST,
            "Ask for something that this image has; see docs/transformations.md.",
        ),
        R::PathInvalid => {
            ((S::BAD_REQUEST, "EINVAL"), S::BAD_REQUEST, "Correct the path in the URL; see docs/urls.md.")
        }
        R::ArgumentInvalid => ((S::BAD_REQUEST, "EINVAL"), S::BAD_REQUEST, "Correct the request; see docs/api.md."),
        R::OriginNotFound => {
            ((S::NOT_FOUND, "ENOENT"), S::NOT_FOUND, "List the origins that there are; see docs/origins.md.")
        }
        R::UrlEndpointNotFound => (
            (S::NOT_FOUND, "ENOENT"),
            S::NOT_FOUND,
            "Check the host name and the first part of the URL's path; see docs/url-endpoints.md.",
        ),
        R::NamedTransformationNotFound => {
            ((S::BAD_REQUEST, "EINVAL"), S::NOT_FOUND, "Check the name after n-; see docs/named-transformations.md.")
        }
        R::AccessKeyNotFound => (OURS, S::NOT_FOUND, "List the access keys that there are; see docs/access-keys.md."),
        R::ImageNotFound => (
            (S::NOT_FOUND, "ENOENT"),
            S::NOT_FOUND,
            "Check that an origin of the URL endpoint has the path under its bucket and prefix; see docs/troubleshooting.md.",
        ),
        R::ImageUnreadable => (
            (S::BAD_REQUEST, "EIMAGE"),
            S::BAD_REQUEST,
            "Check that the source is a whole image of a supported format; see docs/formats.md.",
        ),
        R::LimitExceeded => (
            (S::BAD_REQUEST, "ELIMIT"),
            S::BAD_REQUEST,
            "Stay below the limit that the message names, or raise it; see docs/limits.md.",
        ),
        R::SignatureMissing => {
            ((S::UNAUTHORIZED, "SIGNATURE_MISSING"), S::UNAUTHORIZED, "Sign the URL; see docs/signed-urls.md.")
        }
        R::SignatureInvalid => (
            (S::UNAUTHORIZED, "SIGNATURE_INVALID"),
            S::UNAUTHORIZED,
            "Sign exactly the URL that is asked for, with a current key; see docs/signed-urls.md.",
        ),
        R::SignatureExpired => (
            (S::UNAUTHORIZED, "SIGNATURE_EXPIRED"),
            S::UNAUTHORIZED,
            "Sign the URL again with a later expiry; see docs/signed-urls.md.",
        ),
        R::UnnamedRestricted => (
            (S::BAD_REQUEST, "UNNAMED_RESTRICTED"),
            S::BAD_REQUEST,
            "Write only n- and registered names, with no other parameter beside them; see docs/named-transformations.md.",
        ),
        R::OriginUnavailable => (
            (S::BAD_GATEWAY, "ECONNREFUSED"),
            S::BAD_GATEWAY,
            "Check that the origin is up and lets Darkroom connect; see docs/troubleshooting.md.",
        ),
        R::OriginAccessDenied => (
            (S::BAD_GATEWAY, "EACCES"),
            S::BAD_GATEWAY,
            "Check that the origin's credentials are valid and may read; see docs/troubleshooting.md.",
        ),
        R::OriginTimeout => (
            (S::GATEWAY_TIMEOUT, "ETIMEDOUT"),
            S::GATEWAY_TIMEOUT,
            "Check why the origin is slow; see docs/troubleshooting.md.",
        ),
        R::TransformationTimeout => (
            (S::GATEWAY_TIMEOUT, "ELIMIT"),
            S::GATEWAY_TIMEOUT,
            "Ask for less work on this image, or raise the limit; see docs/limits.md.",
        ),
        R::Overloaded => (
            (S::SERVICE_UNAVAILABLE, "OVERLOADED"),
            S::SERVICE_UNAVAILABLE,
            "Come again after the time in Retry-After; see docs/limits.md.",
        ),
        R::EtagMismatch => {
            (OURS, S::CONFLICT, "It was changed meanwhile: read it again and repeat the change; see docs/api.md.")
        }
        R::OriginInUse => {
            (OURS, S::BAD_REQUEST, "Take the origin out of every URL-endpoint first; see docs/origins.md.")
        }
        R::DefaultEndpoint => {
            (OURS, S::BAD_REQUEST, "Change the default URL-endpoint instead; see docs/url-endpoints.md.")
        }
        R::AlreadyExists => (OURS, S::CONFLICT, "Choose another name, prefix or host; see docs/api.md."),
        R::AccessKeyRequired => (
            OURS,
            S::UNAUTHORIZED,
            "Send a private key as the user name of HTTP Basic, or as Bearer; see docs/access-keys.md.",
        ),
        R::OriginCheckFailed => (OURS, S::BAD_REQUEST, "Do what the message says; see docs/origins.md."),
        R::NotImplemented => (
            (S::NOT_IMPLEMENTED, "UNSUPPORTED"),
            S::NOT_IMPLEMENTED,
            "Nothing can be done about it in this version; see docs/api.md.",
        ),
        R::RegistryUnavailable => (
            (S::SERVICE_UNAVAILABLE, "UNIDENTIFIED"),
            S::SERVICE_UNAVAILABLE,
            "Come again after the time in Retry-After; see docs/troubleshooting.md.",
        ),
        R::Unspecified | R::Internal => {
            (OURS, S::INTERNAL_SERVER_ERROR, "Look for the request id in Darkroom's log; see docs/troubleshooting.md.")
        }
    };
    Row { delivery, code, management, help }
}

/// A failed call, ready to be told.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) reason: ErrorReason,
    pub(crate) message: String,
    pub(crate) metadata: HashMap<String, String>,
    /// The first field that is wrong, as the API names it, and why.
    pub(crate) violation: Option<(String, String)>,
    pub(crate) retry_after_seconds: Option<u64>,
}

impl From<&Status> for Failure {
    /// Only what carries a reason of Darkroom's was written for the public; of anything else (a broken
    /// connection to a server, a bug) no word is passed on.
    fn from(status: &Status) -> Self {
        let known = status
            .get_details_error_info()
            .filter(|info| info.domain == ERROR_DOMAIN)
            .and_then(|info| ErrorReason::from_reason(&info.reason).map(|reason| (reason, info.metadata)));
        let (reason, message, metadata) = match known {
            Some((ErrorReason::Internal | ErrorReason::Unspecified, _)) => {
                (ErrorReason::Internal, INTERNAL_MESSAGE, HashMap::new())
            }
            Some((reason, metadata)) => (reason, status.message(), metadata),
            None => {
                let (reason, message) = by_code(status.code());
                (reason, message, HashMap::new())
            }
        };
        let violation = status
            .get_details_bad_request()
            .and_then(|bad| bad.field_violations.into_iter().next())
            .map(|violation| (violation.field, violation.description));
        let may_come_again = row(reason).delivery == StatusCode::SERVICE_UNAVAILABLE;
        let retry_after_seconds = may_come_again.then(|| {
            let delay = status.get_details_retry_info().and_then(|info| info.retry_delay).unwrap_or_default();
            (delay.as_secs() + u64::from(delay.subsec_nanos() > 0)).max(RETRY_AFTER_SECONDS)
        });
        Self { reason, message: message.to_owned(), metadata, violation, retry_after_seconds }
    }
}

// The nearest reason to a code that came without one, and what is said of it.
const fn by_code(code: Code) -> (ErrorReason, &'static str) {
    match code {
        Code::InvalidArgument | Code::OutOfRange | Code::FailedPrecondition => {
            (ErrorReason::ArgumentInvalid, "the request is not valid")
        }
        Code::NotFound => (ErrorReason::ImageNotFound, "there is no such image"),
        Code::AlreadyExists => (ErrorReason::AlreadyExists, "it exists already"),
        Code::Aborted => (ErrorReason::EtagMismatch, "it was changed meanwhile"),
        Code::Unauthenticated | Code::PermissionDenied => (ErrorReason::AccessKeyRequired, "an access key is needed"),
        Code::DeadlineExceeded => (ErrorReason::OriginTimeout, "the answer took too long"),
        Code::ResourceExhausted => (ErrorReason::Overloaded, "too much is asked at the moment"),
        Code::Unavailable | Code::Cancelled => (ErrorReason::RegistryUnavailable, "the server cannot be reached"),
        Code::Unimplemented => (ErrorReason::NotImplemented, "this is not built yet"),
        Code::Ok | Code::Unknown | Code::Internal | Code::DataLoss => (ErrorReason::Internal, INTERNAL_MESSAGE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use tonic_types::ErrorDetails;

    #[test]
    fn every_reason_has_a_failing_status_a_code_and_a_way_out() {
        for reason in (0..64).filter_map(|number| ErrorReason::try_from(number).ok()) {
            let row = row(reason);
            assert!(row.delivery.as_u16() >= 400 && row.management.as_u16() >= 400, "{reason:?}");
            assert!(row.code.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_'), "{reason:?}");
            let named = row
                .help
                .split_whitespace()
                .map(|word| word.trim_end_matches('.'))
                .find(|word| word.starts_with("docs/"));
            let named = named.unwrap_or_else(|| panic!("{reason:?} names no document"));
            let document = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(named);
            assert!(document.exists() && row.help.ends_with('.'), "{reason:?}: {named}");
        }
    }

    #[test]
    fn words_that_were_not_written_for_the_public_are_not_told() {
        for status in [
            Status::internal("canary"),
            Status::unavailable("tcp connect error: canary"),
            Status::with_error_details(Code::NotFound, "canary", ErrorDetails::with_error_info("X", "other", [])),
            Status::with_error_details(
                Code::Internal,
                "canary",
                ErrorDetails::with_error_info("INTERNAL", ERROR_DOMAIN, [("path".to_owned(), "canary".to_owned())]),
            ),
        ] {
            assert!(!format!("{:?}", Failure::from(&status)).contains("canary"));
        }
    }

    #[test]
    fn retry_after_is_in_whole_seconds_and_at_least_one() {
        let after = |delay| {
            let mut details = ErrorDetails::with_error_info("OVERLOADED", ERROR_DOMAIN, []);
            details.set_retry_info(delay);
            let status = Status::with_error_details(Code::ResourceExhausted, "full", details);
            Failure::from(&status).retry_after_seconds
        };
        assert_eq!(after(Some(Duration::from_millis(2500))), Some(3));
        assert_eq!(after(Some(Duration::ZERO)), Some(1));
        assert_eq!(after(None), Some(1));
        assert_eq!(Failure::from(&Status::not_found("")).retry_after_seconds, None);
    }
}
