//! Origins that are refused, by the gateway and by the server, and in which words.

use crate::{
    fakes::status,
    rest::{call, start},
};
use darkroom_api::v1::ErrorReason;
use serde_json::{Value, json};
use tonic::Code;

const ORIGINS: &str = "/v1/accounts/origins";

#[tokio::test]
async fn what_is_wrong_is_named_in_imagekits_words_and_never_repeated() {
    let running = start().await;
    let s3 = |more: Value| {
        let mut origin =
            json!({"type": "S3", "name": "a", "bucket": "b", "accessKey": "canary", "secretKey": "canary"});
        origin.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        origin
    };
    let types = "Invalid origin type. Must be one of S3, S3_COMPATIBLE, CLOUDINARY_BACKUP, WEB_FOLDER, WEB_PROXY, GCS, AZURE_BLOB, AKENEO_PIM.";
    for (sent, message) in [
        (json!({}), types),
        (json!({"type": 1}), types),
        (json!({"type": "s3"}), types),
        (json!({"type": "CLOUDINARY_BACKUP"}), "Origin type CLOUDINARY_BACKUP is not supported."),
        (json!({"type": "AKENEO_PIM"}), "Origin type AKENEO_PIM is not supported."),
        (json!({"type": "S3"}), "name is required and must be a string"),
        (s3(json!({"name": 7})), "name is required and must be a string"),
        (s3(json!({"name": "a/b"})), "name must have letters, digits and spaces only"),
        (s3(json!({"name": "a".repeat(101)})), "name must have at most 100 characters"),
        (s3(json!({"bucket": ""})), "bucket is required and must be a string"),
        (s3(json!({"bucket": null})), "bucket is required and must be a string"),
        (s3(json!({"prefix": 1})), "prefix must be a string"),
        (s3(json!({"secretKey": ["canary"]})), "secretKey is required and must be a string"),
        (s3(json!({"secretKey": "canary".repeat(50)})), "secretKey must have at most 100 characters"),
        (s3(json!({"useIAMRole": "canary"})), "useIAMRole must be a boolean"),
        (s3(json!({"endpoint": "canary"})), "endpoint must be a valid http or https URL"),
        (s3(json!({"endpoint": "https://u:canary@h"})), "endpoint must be a valid http or https URL"),
        (s3(json!({"id": "o1"})), "id is not allowed"),
        (s3(json!({"acessKey": "canary"})), "acessKey is not allowed"),
        (json!({"type": "GCS", "name": "a", "bucket": "b"}), "clientEmail is required and must be a string"),
        (
            json!({"type": "GCS", "name": "a", "bucket": "b", "clientEmail": "a@b"}),
            "privateKey is required and must be a string",
        ),
        (
            json!({"type": "GCS", "name": "a", "bucket": "b", "clientEmail": "a", "privateKey": "canary"}),
            "clientEmail must be a valid email",
        ),
        (
            json!({"type": "GCS", "name": "a", "bucket": "b", "serviceAccountKey": 7}),
            "serviceAccountKey must be the key file, as a string or an object",
        ),
        (
            json!({"type": "GCS", "name": "a", "bucket": "b", "serviceAccountKey": "canary", "privateKey": "canary"}),
            "Give either serviceAccountKey, or clientEmail and privateKey",
        ),
        (
            json!({"type": "AZURE_BLOB", "name": "a", "accountName": "a", "container": "c"}),
            "sasToken is required and must be a string",
        ),
        (json!({"type": "WEB_FOLDER", "name": "a"}), "baseUrl is required and must be a string"),
        (
            json!({"type": "WEB_FOLDER", "name": "a", "baseUrl": "file:///etc"}),
            "baseUrl must be a valid http or https URL",
        ),
        (json!({"type": "WEB_PROXY", "name": "a"}), "allowedHosts is required and must be an array of host names"),
        (json!({"type": "WEB_PROXY", "name": "a", "allowedHosts": [1]}), "allowedHosts must be an array of strings"),
        (json!({"type": "FOLDER", "name": "a"}), "path is required and must be a string"),
    ] {
        let answer = call(&running, &format!("POST {ORIGINS}"), &sent.to_string()).await;
        assert_eq!((answer.status, answer.json()["message"].as_str()), (400, Some(message)), "{sent}");
        assert!(!answer.text().contains("canary") && !answer.json()["help"].as_str().unwrap().is_empty());
    }
    assert!(running.origins.stored.lock().unwrap().is_empty());
}

#[tokio::test]
async fn what_the_server_refuses_is_told_with_its_status() {
    let running = start().await;
    let folder = json!({"type": "FOLDER", "name": "a", "path": "/srv"}).to_string();
    let violation = {
        use tonic_types::{ErrorDetails, StatusExt};
        let mut details = ErrorDetails::with_error_info("ARGUMENT_INVALID", "darkroom", []);
        details.add_bad_request_violation("origin.folder.path", "is not a folder");
        tonic::Status::with_error_details(Code::InvalidArgument, "origin.folder.path: is not a folder", details)
    };
    for (refusal, expected) in [
        (violation, (400, "path: is not a folder")),
        (status(Code::FailedPrecondition, ErrorReason::OriginInUse, "used by acme", &[]), (400, "used by acme")),
        (
            status(Code::FailedPrecondition, ErrorReason::OriginCheckFailed, "the key is wrong", &[]),
            (400, "the key is wrong"),
        ),
        (status(Code::AlreadyExists, ErrorReason::AlreadyExists, "there is one", &[]), (409, "there is one")),
        (status(Code::Aborted, ErrorReason::EtagMismatch, "changed", &[]), (409, "changed")),
        (status(Code::Unavailable, ErrorReason::RegistryUnavailable, "no registry", &[]), (503, "no registry")),
        (tonic::Status::internal("canary"), (500, "Darkroom failed to answer; its log has the request id")),
    ] {
        *running.origins.refuse.lock().unwrap() = Some(refusal);
        let answer = call(&running, &format!("POST {ORIGINS}"), &folder).await;
        assert_eq!((answer.status, answer.json()["message"].as_str().unwrap()), expected);
    }
}
