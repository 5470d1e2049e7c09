//! Every reason for which there is no image, and how it looks from outside.

use crate::{
    fakes::{FakeImages, rendition, run, status, telling},
    wire::ask,
};
use darkroom_api::v1::ErrorReason;
use darkroom_gateway::Config;
use futures::stream;
use std::{collections::BTreeSet, time::Duration};
use tonic::{Code, Status};

// Reason, status, code. What has no meaning on delivery is a fault of ours there.
const TABLE: [(ErrorReason, u16, &str); 31] = [
    (ErrorReason::Unspecified, 500, "UNIDENTIFIED"),
    (ErrorReason::TransformationInvalid, 400, "EINVAL"),
    (ErrorReason::TransformationUnsupported, 400, "UNSUPPORTED"),
    (ErrorReason::TransformationImpossible, 400, "EINVAL"),
    (ErrorReason::PathInvalid, 400, "EINVAL"),
    (ErrorReason::ArgumentInvalid, 400, "EINVAL"),
    (ErrorReason::OriginNotFound, 404, "ENOENT"),
    (ErrorReason::UrlEndpointNotFound, 404, "ENOENT"),
    (ErrorReason::NamedTransformationNotFound, 400, "EINVAL"),
    (ErrorReason::AccessKeyNotFound, 500, "UNIDENTIFIED"),
    (ErrorReason::ImageNotFound, 404, "ENOENT"),
    (ErrorReason::ImageUnreadable, 400, "EIMAGE"),
    (ErrorReason::LimitExceeded, 400, "ELIMIT"),
    (ErrorReason::SignatureMissing, 401, "SIGNATURE_MISSING"),
    (ErrorReason::SignatureInvalid, 401, "SIGNATURE_INVALID"),
    (ErrorReason::SignatureExpired, 401, "SIGNATURE_EXPIRED"),
    (ErrorReason::UnnamedRestricted, 400, "UNNAMED_RESTRICTED"),
    (ErrorReason::OriginUnavailable, 502, "ECONNREFUSED"),
    (ErrorReason::OriginAccessDenied, 502, "EACCES"),
    (ErrorReason::OriginTimeout, 504, "ETIMEDOUT"),
    (ErrorReason::TransformationTimeout, 504, "ELIMIT"),
    (ErrorReason::Overloaded, 503, "OVERLOADED"),
    (ErrorReason::EtagMismatch, 500, "UNIDENTIFIED"),
    (ErrorReason::OriginInUse, 500, "UNIDENTIFIED"),
    (ErrorReason::DefaultEndpoint, 500, "UNIDENTIFIED"),
    (ErrorReason::AlreadyExists, 500, "UNIDENTIFIED"),
    (ErrorReason::AccessKeyRequired, 500, "UNIDENTIFIED"),
    (ErrorReason::OriginCheckFailed, 500, "UNIDENTIFIED"),
    (ErrorReason::NotImplemented, 501, "UNSUPPORTED"),
    (ErrorReason::RegistryUnavailable, 503, "UNIDENTIFIED"),
    (ErrorReason::Internal, 500, "UNIDENTIFIED"),
];

// The fake fails with the reason whose number is the path.
fn failing() -> FakeImages {
    telling(|request| {
        let target = format!("{request:?}");
        let number: i32 = target.split("target: \"/").nth(1).unwrap().split('"').next().unwrap().parse().unwrap();
        let reason = ErrorReason::try_from(number).unwrap();
        Err(status(Code::Unknown, reason, "words\r\nfor é all", &[]))
    })
}

#[tokio::test]
async fn every_reason_has_its_status_and_code() {
    let all: BTreeSet<i32> = (0..100).filter(|number| ErrorReason::try_from(*number).is_ok()).collect();
    assert_eq!(TABLE.iter().map(|row| i32::from(row.0)).collect::<BTreeSet<_>>(), all, "a reason is not in the table");
    let running = run(Config::default(), failing()).await;
    for (reason, status, code) in TABLE {
        let number = i32::from(reason);
        let answer = ask(running.delivery, &format!("GET /{number} HTTP/1.1"), b"").await;
        let error = &answer.json()["error"];
        assert_eq!((answer.status, error["code"].as_str()), (status, Some(code)), "{reason:?}");
        let told =
            if status == 500 { "Darkroom failed to answer; its log has the request id" } else { "words??for ? all" };
        assert_eq!(answer.field("ik-error"), format!("{code} - {told}"), "{reason:?}");
        assert!(error["help"].as_str().unwrap().contains("docs/"), "{reason:?}");
        assert_eq!(answer.field("cache-control"), "no-store", "{reason:?}");
        assert_eq!(answer.field("content-type"), "application/json", "{reason:?}");
        assert_eq!(answer.field("request-id").len(), 32, "{reason:?}");
        assert_eq!(answer.field("access-control-allow-origin"), "*", "{reason:?}");
        assert_eq!(answer.field("retry-after"), if status == 503 { "1" } else { "" }, "{reason:?}");

        let head = ask(running.delivery, &format!("HEAD /{number} HTTP/1.1"), b"").await;
        assert_eq!((head.status, head.body.len()), (status, 0), "{reason:?}");
        assert_eq!(head.field("ik-error"), answer.field("ik-error"), "{reason:?}");
    }
}

#[tokio::test]
async fn an_error_names_the_parameter_its_place_and_what_was_meant() {
    let images = telling(|_| {
        let metadata =
            [("parameter", "wd"), ("position", "4"), ("expected", "a key"), ("nearest", "w"), ("other", "x")];
        Err(status(Code::InvalidArgument, ErrorReason::TransformationInvalid, "unknown parameter wd", &metadata))
    });
    let running = run(Config::default(), images).await;
    let answer = ask(running.delivery, "GET /tr:wd-1/a.jpg HTTP/1.1", b"").await;
    let expected = serde_json::json!({"error": {
        "code": "EINVAL", "message": "unknown parameter wd", "parameter": "wd", "position": "4", "expected": "a key",
        "nearest": "w", "help": "Correct the transformation in the URL; see docs/transformations.md.",
    }});
    assert_eq!(answer.json(), expected);
}

#[tokio::test]
async fn errors_that_are_not_darkrooms_own_tell_nothing() {
    for (failure, status) in [
        (Status::unavailable("tcp connect error: canary"), 503),
        (Status::unknown("canary"), 500),
        (Status::not_found("canary"), 404),
        (Status::deadline_exceeded("canary"), 504),
        (Status::resource_exhausted("canary"), 503),
    ] {
        let running = run(Config::default(), telling(move |_| Err(failure.clone()))).await;
        let answer = ask(running.delivery, "GET /a HTTP/1.1", b"").await;
        assert_eq!(answer.status, status);
        assert!(!format!("{answer:?}{}", answer.text()).contains("canary"), "{}", answer.text());
    }
}

#[tokio::test]
async fn a_server_that_breaks_the_contract_is_a_fault_of_ours() {
    let silent = telling(|_| Ok(Box::pin(stream::pending())));
    let config = Config { answer_timeout: Duration::from_millis(100), ..Config::default() };
    assert_eq!(ask(run(config, silent).await.delivery, "GET /a HTTP/1.1", b"").await.status, 504);

    let empty = telling(|_| Ok(Box::pin(stream::empty())));
    assert_eq!(ask(run(Config::default(), empty).await.delivery, "GET /a HTTP/1.1", b"").await.status, 500);

    let no_facts = telling(|_| Ok(Box::pin(stream::iter([crate::fakes::data(b"abc")]))));
    assert_eq!(ask(run(Config::default(), no_facts).await.delivery, "GET /a HTTP/1.1", b"").await.status, 500);

    let first_fails = telling(|_| {
        let failure = status(Code::NotFound, ErrorReason::ImageNotFound, "no origin has it", &[]);
        Ok(Box::pin(stream::iter([Err(failure), crate::fakes::facts(rendition(), b"")])))
    });
    assert_eq!(ask(run(Config::default(), first_fails).await.delivery, "GET /a HTTP/1.1", b"").await.status, 404);
}
