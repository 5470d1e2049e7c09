//! Origins in ImageKit's JSON.

use crate::{
    fakes::status,
    rest::{call, start},
};
use darkroom_api::v1::{ErrorReason, GcsLocation, S3Location, origin::Location};
use serde_json::{Value, json};
use tonic::Code;

const ORIGINS: &str = "/v1/accounts/origins";
const ONE: &str = "/v1/accounts/origins/o1";

// Every kind: what is sent, and exactly what comes back. Whatever holds `canary` is a secret.
fn kinds() -> Vec<(Value, Value)> {
    let common = |kind: &str| json!({"id": "o1", "type": kind, "name": "My images 1", "includeCanonicalHeader": false});
    let merged = |mut value: Value, more: Value| {
        value
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        value
    };
    let case = |kind: &str, sent: Value, answered: Value| {
        (
            merged(json!({"type": kind, "name": "My images 1"}), sent),
            merged(common(kind), answered),
        )
    };
    let key_file =
        json!({"client_email": "a@b.iam", "private_key": "canary", "private_key_id": "canary"});
    vec![
        case(
            "S3",
            json!({"bucket": "b", "accessKey": "canary1", "secretKey": "canary2", "prefix": "p", "region": "eu-west-1"}),
            json!({"bucket": "b", "prefix": "p", "useIAMRole": false, "region": "eu-west-1"}),
        ),
        case(
            "S3",
            json!({"bucket": "b", "accessKey": "", "secretKey": "", "useIAMRole": true, "endpoint": "http://127.0.0.1:9000",
                   "includeCanonicalHeader": true, "baseUrlForCanonicalHeader": "https://www.example.com"}),
            json!({"bucket": "b", "prefix": "", "useIAMRole": true, "endpoint": "http://127.0.0.1:9000",
                   "includeCanonicalHeader": true, "baseUrlForCanonicalHeader": "https://www.example.com"}),
        ),
        case(
            "S3_COMPATIBLE",
            json!({"bucket": "b", "accessKey": "canary1", "secretKey": "canary2", "endpoint": "https://s3.example.com", "s3ForcePathStyle": true}),
            json!({"bucket": "b", "prefix": "", "endpoint": "https://s3.example.com", "s3ForcePathStyle": true}),
        ),
        case(
            "GCS",
            json!({"bucket": "b", "clientEmail": "a@b.iam", "privateKey": "canary"}),
            json!({"bucket": "b", "prefix": "", "clientEmail": "a@b.iam"}),
        ),
        case(
            "GCS",
            json!({"bucket": "b", "serviceAccountKey": key_file}),
            json!({"bucket": "b", "prefix": "", "clientEmail": ""}),
        ),
        case(
            "GCS",
            json!({"bucket": "b", "serviceAccountKey": key_file.to_string(), "endpoint": "http://gcs:4443"}),
            json!({"bucket": "b", "prefix": "", "clientEmail": "", "endpoint": "http://gcs:4443"}),
        ),
        case(
            "AZURE_BLOB",
            json!({"accountName": "a", "container": "c", "sasToken": "?sig=canary", "prefix": "x/y"}),
            json!({"accountName": "a", "container": "c", "prefix": "x/y", "sasExpiresAt": "1994-11-06T08:49:37Z", "sasPermissions": "rl",
                   "warnings": ["the SAS token expires soon"]}),
        ),
        case(
            "WEB_FOLDER",
            json!({"baseUrl": "https://www.example.com/i"}),
            json!({"baseUrl": "https://www.example.com/i", "forwardHostHeaderToOrigin": false}),
        ),
        case(
            "WEB_PROXY",
            json!({"allowedHosts": ["*.example.com"]}),
            json!({"allowedHosts": ["*.example.com"]}),
        ),
        case(
            "FOLDER",
            json!({"path": "/srv/images"}),
            json!({"path": "/srv/images"}),
        ),
    ]
}

#[tokio::test]
async fn every_kind_goes_in_and_comes_out_without_its_secrets() {
    for (sent, answered) in kinds() {
        let running = start().await;
        let created = call(&running, &format!("POST {ORIGINS}"), &sent.to_string()).await;
        assert_eq!(created.status, 201, "{sent}: {}", created.text());
        if let Some(Location::AzureBlob(azure)) =
            &mut running.origins.stored.lock().unwrap()[0].location
        {
            azure.sas_expire_time = Some(prost_types::Timestamp {
                seconds: 784_111_777,
                nanos: 0,
            });
            azure.sas_permissions = "rl".into();
        }
        if sent["type"] == "AZURE_BLOB" {
            running.origins.stored.lock().unwrap()[0]
                .warnings
                .push("the SAS token expires soon".into());
        }
        let read = call(&running, &format!("GET {ONE}"), "").await;
        let listed = call(&running, &format!("GET {ORIGINS}"), "").await;
        let replaced = call(&running, &format!("PUT {ONE}"), &sent.to_string()).await;
        assert_eq!((read.status, read.json()), (200, answered.clone()));
        assert_eq!((listed.status, listed.json()), (200, json!([answered])));
        assert_eq!(replaced.status, 200, "{}", replaced.text());
        for answer in [created, read, listed, replaced] {
            assert!(
                !format!("{}{:?}", answer.text(), answer.fields).contains("canary"),
                "{}",
                answer.text()
            );
        }
    }
}

#[tokio::test]
async fn the_server_gets_what_was_sent() {
    let running = start().await;
    for (sent, _) in kinds() {
        call(&running, &format!("POST {ORIGINS}"), &sent.to_string()).await;
    }
    let stored = running.origins.stored.lock().unwrap().clone();
    let S3Location {
        bucket,
        prefix,
        region,
        access_key,
        secret_key,
        use_iam_role,
        endpoint,
        keys_set: _,
    } = match stored[0].location.clone() {
        Some(Location::S3(s3)) => s3,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        (
            bucket.as_str(),
            prefix.as_str(),
            region.as_str(),
            endpoint.as_str()
        ),
        ("b", "p", "eu-west-1", "")
    );
    assert_eq!(
        (access_key.as_str(), secret_key.as_str(), use_iam_role),
        ("canary1", "canary2", false)
    );
    let gcs = |index: usize| match stored[index].location.clone() {
        Some(Location::Gcs(gcs)) => gcs,
        other => panic!("{other:?}"),
    };
    let GcsLocation {
        private_key,
        service_account_key,
        ..
    } = gcs(3);
    assert_eq!(
        (private_key.as_str(), service_account_key.as_str()),
        ("canary", "")
    );
    for index in [4, 5] {
        let key: Value = serde_json::from_str(&gcs(index).service_account_key).unwrap();
        assert_eq!(key["client_email"], "a@b.iam");
    }
}

#[tokio::test]
async fn what_is_wrong_is_named_in_imagekits_words_and_never_repeated() {
    let running = start().await;
    let s3 = |more: Value| {
        let mut origin = json!({"type": "S3", "name": "a", "bucket": "b", "accessKey": "canary", "secretKey": "canary"});
        origin
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        origin
    };
    let types = "Invalid origin type. Must be one of S3, S3_COMPATIBLE, CLOUDINARY_BACKUP, WEB_FOLDER, WEB_PROXY, GCS, AZURE_BLOB, AKENEO_PIM.";
    for (sent, message) in [
        (json!({}), types),
        (json!({"type": 1}), types),
        (json!({"type": "s3"}), types),
        (
            json!({"type": "CLOUDINARY_BACKUP"}),
            "Origin type CLOUDINARY_BACKUP is not supported.",
        ),
        (
            json!({"type": "AKENEO_PIM"}),
            "Origin type AKENEO_PIM is not supported.",
        ),
        (
            json!({"type": "S3"}),
            "name is required and must be a string",
        ),
        (
            s3(json!({"name": 7})),
            "name is required and must be a string",
        ),
        (
            s3(json!({"name": "a/b"})),
            "name must have letters, digits and spaces only",
        ),
        (
            s3(json!({"name": "a".repeat(101)})),
            "name must have at most 100 characters",
        ),
        (
            s3(json!({"bucket": ""})),
            "bucket is required and must be a string",
        ),
        (
            s3(json!({"bucket": null})),
            "bucket is required and must be a string",
        ),
        (s3(json!({"prefix": 1})), "prefix must be a string"),
        (
            s3(json!({"secretKey": ["canary"]})),
            "secretKey is required and must be a string",
        ),
        (
            s3(json!({"secretKey": "canary".repeat(50)})),
            "secretKey must have at most 100 characters",
        ),
        (
            s3(json!({"useIAMRole": "canary"})),
            "useIAMRole must be a boolean",
        ),
        (
            s3(json!({"endpoint": "canary"})),
            "endpoint must be a valid http or https URL",
        ),
        (
            s3(json!({"endpoint": "https://u:canary@h"})),
            "endpoint must be a valid http or https URL",
        ),
        (s3(json!({"id": "o1"})), "id is not allowed"),
        (s3(json!({"acessKey": "canary"})), "acessKey is not allowed"),
        (
            json!({"type": "GCS", "name": "a", "bucket": "b"}),
            "clientEmail is required and must be a string",
        ),
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
        (
            json!({"type": "WEB_FOLDER", "name": "a"}),
            "baseUrl is required and must be a string",
        ),
        (
            json!({"type": "WEB_FOLDER", "name": "a", "baseUrl": "file:///etc"}),
            "baseUrl must be a valid http or https URL",
        ),
        (
            json!({"type": "WEB_PROXY", "name": "a"}),
            "allowedHosts is required and must be an array of host names",
        ),
        (
            json!({"type": "WEB_PROXY", "name": "a", "allowedHosts": [1]}),
            "allowedHosts must be an array of strings",
        ),
        (
            json!({"type": "FOLDER", "name": "a"}),
            "path is required and must be a string",
        ),
    ] {
        let answer = call(&running, &format!("POST {ORIGINS}"), &sent.to_string()).await;
        assert_eq!(
            (answer.status, answer.json()["message"].as_str()),
            (400, Some(message)),
            "{sent}"
        );
        assert!(
            !answer.text().contains("canary")
                && !answer.json()["help"].as_str().unwrap().is_empty()
        );
    }
    assert!(running.origins.stored.lock().unwrap().is_empty());
}

#[tokio::test]
async fn replacing_names_every_field_but_the_secrets_that_were_not_given() {
    let running = start().await;
    let mut s3 =
        json!({"type": "S3", "name": "a", "bucket": "b", "accessKey": "k", "secretKey": "s"});
    call(&running, &format!("POST {ORIGINS}"), &s3.to_string()).await;
    let paths = |index: usize| {
        running.origins.updates.lock().unwrap()[index]
            .update_mask
            .clone()
            .unwrap()
            .paths
            .join(" ")
    };
    let common = "display_name include_canonical_header canonical_base_url";

    assert_eq!(
        call(&running, &format!("PUT {ONE}"), &s3.to_string())
            .await
            .status,
        200
    );
    let plain = "s3.bucket s3.prefix s3.region s3.use_iam_role s3.endpoint";
    assert_eq!(
        paths(0),
        format!("{common} {plain} s3.access_key s3.secret_key")
    );

    s3.as_object_mut()
        .unwrap()
        .retain(|name, _| !name.ends_with("Key"));
    assert_eq!(
        call(&running, &format!("PUT {ONE}"), &s3.to_string())
            .await
            .status,
        200
    );
    assert_eq!(paths(1), format!("{common} {plain}"));
    let update = running.origins.updates.lock().unwrap()[1].clone();
    assert_eq!(
        (
            update.origin.as_ref().unwrap().name.as_str(),
            update.origin.as_ref().unwrap().etag.as_str()
        ),
        ("origins/o1", "\"1\"")
    );

    // Half a credential is none; and another kind has nothing stored to keep.
    s3["accessKey"] = json!("k");
    let answer = call(&running, &format!("PUT {ONE}"), &s3.to_string()).await;
    assert_eq!(
        answer.json()["message"],
        "accessKey and secretKey must be given together"
    );
    let mut azure =
        json!({"type": "AZURE_BLOB", "name": "a", "accountName": "a", "container": "c"});
    let answer = call(&running, &format!("PUT {ONE}"), &azure.to_string()).await;
    assert_eq!(
        answer.json()["message"],
        "sasToken is required and must be a string"
    );
    azure["sasToken"] = json!("?sig=x");
    assert_eq!(
        call(&running, &format!("PUT {ONE}"), &azure.to_string())
            .await
            .status,
        200
    );
    assert_eq!(paths(2), format!("{common} azure_blob"));
}

#[tokio::test]
async fn validating_changes_nothing() {
    let running = start().await;
    let folder = json!({"type": "FOLDER", "name": "a", "path": "/srv"}).to_string();
    let answer = call(
        &running,
        &format!("POST {ORIGINS}?validateOnly=true"),
        &folder,
    )
    .await;
    assert_eq!((answer.status, answer.json().get("id")), (200, None));
    assert!(running.origins.stored.lock().unwrap().is_empty());
    call(&running, &format!("POST {ORIGINS}"), &folder).await;
    call(&running, &format!("PUT {ONE}?validateOnly=true"), &folder).await;
    assert!(running.origins.updates.lock().unwrap()[0].validate_only);
}

#[tokio::test]
async fn lists_are_whole_and_deletion_deletes() {
    let running = start().await;
    for index in 0..5 {
        let folder =
            json!({"type": "FOLDER", "name": format!("a{index}"), "path": "/srv"}).to_string();
        call(&running, &format!("POST {ORIGINS}"), &folder).await;
    }
    let listed = call(&running, &format!("GET {ORIGINS}"), "").await.json();
    let names: Vec<_> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|origin| origin["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["a0", "a1", "a2", "a3", "a4"]);
    let deleted = call(&running, &format!("DELETE {ONE}"), "").await;
    assert_eq!((deleted.status, deleted.body.len()), (204, 0));
    for request in ["GET", "DELETE"] {
        for id in ["o1", "..%2furlEndpoints%2fdefault", "%ff", "a%20b"] {
            let answer = call(&running, &format!("{request} {ORIGINS}/{id}"), "").await;
            assert_eq!(
                (answer.status, answer.json()["message"].as_str()),
                (404, Some("Origin not found.")),
                "{request} {id}"
            );
        }
    }
}

#[tokio::test]
async fn a_check_tells_its_steps() {
    let running = start().await;
    let answer = call(
        &running,
        &format!("POST {ONE}/check"),
        r#"{"path": "a.jpg"}"#,
    )
    .await;
    let step = json!({"step": "read", "passed": false, "message": "no image at \"a.jpg\"", "durationMs": 1005});
    assert_eq!(
        (answer.status, answer.json()),
        (200, json!({"passed": false, "steps": [step]}))
    );
    assert_eq!(
        call(&running, &format!("POST {ONE}/check"), "")
            .await
            .status,
        200
    );
    assert_eq!(
        call(&running, &format!("POST {ONE}/check"), r#"{"paht": "a"}"#)
            .await
            .json()["message"],
        "paht is not allowed"
    );
}

#[tokio::test]
async fn what_the_server_refuses_is_told_with_its_status() {
    let running = start().await;
    let folder = json!({"type": "FOLDER", "name": "a", "path": "/srv"}).to_string();
    let violation = {
        use tonic_types::{ErrorDetails, StatusExt};
        let mut details = ErrorDetails::with_error_info("ARGUMENT_INVALID", "darkroom", []);
        details.add_bad_request_violation("origin.folder.path", "is not a folder");
        tonic::Status::with_error_details(
            Code::InvalidArgument,
            "origin.folder.path: is not a folder",
            details,
        )
    };
    for (refusal, expected) in [
        (violation, (400, "path: is not a folder")),
        (
            status(
                Code::FailedPrecondition,
                ErrorReason::OriginInUse,
                "used by acme",
                &[],
            ),
            (400, "used by acme"),
        ),
        (
            status(
                Code::FailedPrecondition,
                ErrorReason::OriginCheckFailed,
                "the key is wrong",
                &[],
            ),
            (400, "the key is wrong"),
        ),
        (
            status(
                Code::AlreadyExists,
                ErrorReason::AlreadyExists,
                "there is one",
                &[],
            ),
            (409, "there is one"),
        ),
        (
            status(Code::Aborted, ErrorReason::EtagMismatch, "changed", &[]),
            (409, "changed"),
        ),
        (
            status(
                Code::Unavailable,
                ErrorReason::RegistryUnavailable,
                "no registry",
                &[],
            ),
            (503, "no registry"),
        ),
        (
            tonic::Status::internal("canary"),
            (500, "Darkroom failed to answer; its log has the request id"),
        ),
    ] {
        *running.origins.refuse.lock().unwrap() = Some(refusal);
        let answer = call(&running, &format!("POST {ORIGINS}"), &folder).await;
        assert_eq!(
            (answer.status, answer.json()["message"].as_str().unwrap()),
            expected
        );
    }
}
