//! Errors to statuses: the one place that knows codes, reasons and public words.
//!
//! Every status carries exactly one `google.rpc.ErrorInfo`. Its metadata holds every dynamic part of the
//! message. The internal words of an error go to the log here, once; the client sees the public ones.

use crate::{delivery, origin, registry, workers};
use darkroom_api::{ERROR_DOMAIN, v1::ErrorReason};
use darkroom_engine as engine;
use std::{collections::HashMap, time::Duration};
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};

/// When a client may come again after an origin failed.
const ORIGIN_RETRY_DELAY: Duration = Duration::from_secs(10);
/// When a client may come again after the memory for sources was full.
const OVERLOAD_RETRY_DELAY: Duration = Duration::from_secs(2);

/// The gRPC code of each reason. The comments in `error_reason.proto` promise these.
fn code(reason: ErrorReason) -> Code {
    use ErrorReason as R;
    match reason {
        R::TransformationInvalid
        | R::TransformationUnsupported
        | R::TransformationImpossible
        | R::PathInvalid
        | R::ArgumentInvalid
        | R::UnnamedRestricted => Code::InvalidArgument,
        R::OriginNotFound
        | R::UrlEndpointNotFound
        | R::NamedTransformationNotFound
        | R::AccessKeyNotFound
        | R::ImageNotFound => Code::NotFound,
        R::ImageUnreadable
        | R::LimitExceeded
        | R::TransformationTimeout
        | R::OriginInUse
        | R::DefaultEndpoint
        | R::OriginCheckFailed => Code::FailedPrecondition,
        R::SignatureMissing | R::SignatureInvalid | R::SignatureExpired | R::AccessKeyRequired => Code::Unauthenticated,
        R::OriginUnavailable | R::OriginAccessDenied | R::RegistryUnavailable => Code::Unavailable,
        R::OriginTimeout => Code::DeadlineExceeded,
        R::Overloaded => Code::ResourceExhausted,
        R::EtagMismatch => Code::Aborted,
        R::AlreadyExists => Code::AlreadyExists,
        R::NotImplemented => Code::Unimplemented,
        R::Internal | R::Unspecified => Code::Internal,
    }
}

/// A status for `reason`. `metadata` holds every dynamic part of `message`.
pub fn status(reason: ErrorReason, message: impl Into<String>, metadata: &[(&str, String)]) -> Status {
    with_details(reason, message, metadata, ErrorDetails::new())
}

/// A wrong or missing field of a request.
pub fn invalid_argument(field: &str, description: impl Into<String>) -> Status {
    let description = description.into();
    let details = ErrorDetails::with_bad_request_violation(field, &description);
    with_details(
        ErrorReason::ArgumentInvalid,
        format!("{field}: {description}"),
        &[("field", field.to_owned())],
        details,
    )
}

fn with_details(
    reason: ErrorReason,
    message: impl Into<String>,
    metadata: &[(&str, String)],
    mut details: ErrorDetails,
) -> Status {
    let metadata: HashMap<String, String> =
        metadata.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
    details.set_error_info(reason.reason(), ERROR_DOMAIN, metadata);
    Status::with_error_details(code(reason), message, details)
}

/// The reason that a status carries.
pub fn reason_of(status: &Status) -> ErrorReason {
    status
        .get_details_error_info()
        .and_then(|info| ErrorReason::from_reason(&info.reason))
        .unwrap_or(ErrorReason::Unspecified)
}

fn internal(error: &dyn std::fmt::Display) -> Status {
    tracing::error!(%error, "internal error");
    status(ErrorReason::Internal, "internal error; the log has the details under this request's id", &[])
}

/// What the registry said no to.
pub fn registry(error: &registry::Error) -> Status {
    use registry::Error as E;
    match error {
        E::NotFound(name) => {
            let reason = match name.split('/').next() {
                Some("origins") => ErrorReason::OriginNotFound,
                Some("urlEndpoints") => ErrorReason::UrlEndpointNotFound,
                Some("accessKeys") => ErrorReason::AccessKeyNotFound,
                _ => ErrorReason::NamedTransformationNotFound,
            };
            status(reason, error.to_string(), &[("name", name.clone())])
        }
        E::AlreadyExists(_) => status(ErrorReason::AlreadyExists, error.to_string(), &[]),
        E::EtagMismatch(name) => status(ErrorReason::EtagMismatch, error.to_string(), &[("name", name.clone())]),
        E::OriginInUse { origin, url_endpoints } => status(
            ErrorReason::OriginInUse,
            error.to_string(),
            &[("name", origin.clone()), ("url_endpoints", url_endpoints.join(","))],
        ),
        E::DefaultEndpoint => status(ErrorReason::DefaultEndpoint, error.to_string(), &[]),
        E::Invalid { field, description } => invalid_argument(field, description),
        E::Unavailable(detail) => {
            tracing::error!(detail, "the registry is unavailable");
            status(ErrorReason::RegistryUnavailable, "the registry cannot be read or written now; try again later", &[])
        }
        E::Sealed(_) => internal(error),
    }
}

/// Why there is no rendition.
pub fn delivery(error: &delivery::Error) -> Status {
    use delivery::Error as E;
    match error {
        E::OriginUnknown(name) => status(ErrorReason::OriginNotFound, error.to_string(), &[("name", name.clone())]),
        E::UrlEndpointUnknown(name) => {
            status(ErrorReason::UrlEndpointNotFound, error.to_string(), &[("name", name.clone())])
        }
        E::Path(_) => status(ErrorReason::PathInvalid, error.to_string(), &[]),
        E::Transformation(invalid) => transformation(invalid),
        E::SignatureMissing => status(ErrorReason::SignatureMissing, error.to_string(), &[]),
        E::SignatureInvalid => status(ErrorReason::SignatureInvalid, error.to_string(), &[]),
        E::SignatureExpired => status(ErrorReason::SignatureExpired, error.to_string(), &[]),
        E::UnnamedRestricted => status(ErrorReason::UnnamedRestricted, error.to_string(), &[]),
        E::NoOrigins { url_endpoint } => {
            status(ErrorReason::ImageNotFound, error.to_string(), &[("url_endpoint", url_endpoint.clone())])
        }
        E::NotFound { path } | E::ResourceNotFound { path } => {
            status(ErrorReason::ImageNotFound, error.to_string(), &[("path", path.clone())])
        }
        E::Origin { origin, error } => origin_error(origin, error),
        E::Worker(error) => worker(error),
        E::Internal(_) => internal(error),
    }
}

fn transformation(invalid: &engine::language::InvalidTransformation) -> Status {
    let reason = match invalid.parameter.as_deref() {
        _ if invalid.unsupported => ErrorReason::TransformationUnsupported,
        Some("n") => ErrorReason::NamedTransformationNotFound,
        _ => ErrorReason::TransformationInvalid,
    };
    let mut metadata = vec![("position", invalid.span.start.to_string())];
    metadata.extend(invalid.parameter.clone().map(|parameter| ("parameter", parameter)));
    metadata.extend((!invalid.expected.is_empty()).then(|| ("expected", invalid.expected.clone())));
    metadata.extend(invalid.nearest.as_deref().map(|nearest| ("nearest", nearest.to_owned())));
    let details = ErrorDetails::with_bad_request_violation("transformation", &invalid.message);
    with_details(reason, &invalid.message, &metadata, details)
}

/// The reason of what an origin said; explanations use it too.
pub fn origin_reason(error: &origin::Error) -> ErrorReason {
    match error {
        origin::Error::NotFound => ErrorReason::ImageNotFound,
        origin::Error::AccessDenied(_) => ErrorReason::OriginAccessDenied,
        origin::Error::Unreachable(_) | origin::Error::Broken(_) => ErrorReason::OriginUnavailable,
        origin::Error::TimedOut(_) => ErrorReason::OriginTimeout,
        origin::Error::TooLarge { .. } => ErrorReason::LimitExceeded,
        origin::Error::Overloaded => ErrorReason::Overloaded,
        origin::Error::PathRefused(_) => ErrorReason::PathInvalid,
    }
}

fn origin_error(origin: &str, error: &origin::Error) -> Status {
    let reason = origin_reason(error);
    // The words of the origin can tell about the network behind it: they are for the log and for
    // ExplainDelivery, which only an authorised caller sees.
    tracing::warn!(origin, %error, "an origin failed");
    let metadata = [("origin", origin.to_owned())];
    match error {
        origin::Error::NotFound => status(reason, "no image at this path", &metadata),
        origin::Error::AccessDenied(_) => {
            status(reason, "an origin denied access; its credentials need attention", &metadata)
        }
        origin::Error::Unreachable(_) => retry(reason, "an origin cannot be reached", &metadata, ORIGIN_RETRY_DELAY),
        origin::Error::Broken(_) => retry(reason, "an origin answered with an error", &metadata, ORIGIN_RETRY_DELAY),
        origin::Error::TimedOut(_) => status(reason, "an origin did not answer in time", &metadata),
        origin::Error::TooLarge { maximum } => {
            status(reason, error.to_string(), &[("limit", "source_bytes".into()), ("maximum", maximum.to_string())])
        }
        origin::Error::Overloaded => {
            retry(reason, "too many images are being fetched; try again later", &[], OVERLOAD_RETRY_DELAY)
        }
        origin::Error::PathRefused(_) => status(reason, error.to_string(), &[]),
    }
}

fn retry(reason: ErrorReason, message: &str, metadata: &[(&str, String)], delay: Duration) -> Status {
    with_details(reason, message, metadata, ErrorDetails::with_retry_info(Some(delay)))
}

fn worker(error: &workers::Error) -> Status {
    use workers::Error as E;
    match error {
        E::Engine(error) => engine(error),
        E::Overloaded { retry_after } => {
            retry(ErrorReason::Overloaded, "too many images are being transformed; try again later", &[], *retry_after)
        }
        E::TimedOut(limit) => status(
            ErrorReason::TransformationTimeout,
            error.to_string(),
            &[("limit", "job_timeout".into()), ("maximum", format!("{limit:?}"))],
        ),
        E::Crashed => status(ErrorReason::ImageUnreadable, error.to_string(), &[]),
        E::Unavailable(detail) => {
            tracing::error!(detail, "no worker can be started");
            retry(ErrorReason::Overloaded, "no worker is available; try again later", &[], ORIGIN_RETRY_DELAY)
        }
    }
}

fn engine(error: &engine::Error) -> Status {
    use engine::Error as E;
    match error {
        E::Unreadable { .. } => status(ErrorReason::ImageUnreadable, error.to_string(), &[]),
        E::TooLarge { limit, maximum, actual } => status(
            ErrorReason::LimitExceeded,
            error.to_string(),
            &[("limit", limit.clone()), ("maximum", maximum.to_string()), ("actual", actual.to_string())],
        ),
        E::Impossible { parameter, .. } => {
            status(ErrorReason::TransformationImpossible, error.to_string(), &[("parameter", parameter.clone())])
        }
        E::MissingResource { path } => status(ErrorReason::ImageNotFound, error.to_string(), &[("path", path.clone())]),
        E::Unsupported { parameter, .. } => {
            status(ErrorReason::TransformationUnsupported, error.to_string(), &[("parameter", parameter.clone())])
        }
        E::Internal(_) => internal(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_has_one_error_info() {
        let found = status(ErrorReason::ImageNotFound, "no", &[("path", "a.jpg".into())]);
        assert_eq!(found.code(), Code::NotFound);
        let info = found.get_details_error_info().expect("an ErrorInfo");
        assert_eq!(
            (info.reason.as_str(), info.domain.as_str(), info.metadata["path"].as_str()),
            ("IMAGE_NOT_FOUND", "darkroom", "a.jpg")
        );
    }

    #[test]
    fn the_words_of_an_origin_stay_inside() {
        let error = delivery::Error::Origin {
            origin: "photos".into(),
            error: origin::Error::Unreachable("10.0.0.7 refused".into()),
        };
        let found = delivery(&error);
        assert!(!found.message().contains("10.0.0.7"), "{}", found.message());
        assert!(found.get_details_retry_info().is_some());
    }
}
