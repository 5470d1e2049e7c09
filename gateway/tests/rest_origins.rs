//! Origins in ImageKit's JSON.

use crate::rest::{call, start};
use darkroom_api::v1::{GcsLocation, S3Location, origin::Location};
use serde_json::{Value, json};

const ORIGINS: &str = "/v1/accounts/origins";
const ONE: &str = "/v1/accounts/origins/o1";

// Every kind: what is sent, and exactly what comes back. Whatever holds `canary` is a secret.
fn kinds() -> Vec<(Value, Value)> {
    let common = |kind: &str| json!({"id": "o1", "type": kind, "name": "My images 1", "includeCanonicalHeader": false});
    let merged = |mut value: Value, more: Value| {
        value.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        value
    };
    let case = |kind: &str, sent: Value, answered: Value| {
        (merged(json!({"type": kind, "name": "My images 1"}), sent), merged(common(kind), answered))
    };
    let key_file = json!({"client_email": "a@b.iam", "private_key": "canary", "private_key_id": "canary"});
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
        case("WEB_PROXY", json!({"allowedHosts": ["*.example.com"]}), json!({"allowedHosts": ["*.example.com"]})),
        case("FOLDER", json!({"path": "/srv/images"}), json!({"path": "/srv/images"})),
    ]
}

#[tokio::test]
async fn every_kind_goes_in_and_comes_out_without_its_secrets() {
    for (sent, answered) in kinds() {
        let running = start().await;
        let created = call(&running, &format!("POST {ORIGINS}"), &sent.to_string()).await;
        assert_eq!(created.status, 201, "{sent}: {}", created.text());
        if let Some(Location::AzureBlob(azure)) = &mut running.origins.stored.lock().unwrap()[0].location {
            azure.sas_expire_time = Some(prost_types::Timestamp { seconds: 784_111_777, nanos: 0 });
            azure.sas_permissions = "rl".into();
        }
        if sent["type"] == "AZURE_BLOB" {
            running.origins.stored.lock().unwrap()[0].warnings.push("the SAS token expires soon".into());
        }
        let read = call(&running, &format!("GET {ONE}"), "").await;
        let listed = call(&running, &format!("GET {ORIGINS}"), "").await;
        let replaced = call(&running, &format!("PUT {ONE}"), &sent.to_string()).await;
        assert_eq!((read.status, read.json()), (200, answered.clone()));
        assert_eq!((listed.status, listed.json()), (200, json!([answered])));
        assert_eq!(replaced.status, 200, "{}", replaced.text());
        for answer in [created, read, listed, replaced] {
            assert!(!format!("{}{:?}", answer.text(), answer.fields).contains("canary"), "{}", answer.text());
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
    let S3Location { bucket, prefix, region, access_key, secret_key, use_iam_role, endpoint, keys_set: _ } =
        match stored[0].location.clone() {
            Some(Location::S3(s3)) => s3,
            other => panic!("{other:?}"),
        };
    assert_eq!((bucket.as_str(), prefix.as_str(), region.as_str(), endpoint.as_str()), ("b", "p", "eu-west-1", ""));
    assert_eq!((access_key.as_str(), secret_key.as_str(), use_iam_role), ("canary1", "canary2", false));
    let gcs = |index: usize| match stored[index].location.clone() {
        Some(Location::Gcs(gcs)) => gcs,
        other => panic!("{other:?}"),
    };
    let GcsLocation { private_key, service_account_key, .. } = gcs(3);
    assert_eq!((private_key.as_str(), service_account_key.as_str()), ("canary", ""));
    for index in [4, 5] {
        let key: Value = serde_json::from_str(&gcs(index).service_account_key).unwrap();
        assert_eq!(key["client_email"], "a@b.iam");
    }
}

#[tokio::test]
async fn replacing_names_every_field_but_the_secrets_that_were_not_given() {
    let running = start().await;
    let mut s3 = json!({"type": "S3", "name": "a", "bucket": "b", "accessKey": "k", "secretKey": "s"});
    call(&running, &format!("POST {ORIGINS}"), &s3.to_string()).await;
    let paths =
        |index: usize| running.origins.updates.lock().unwrap()[index].update_mask.clone().unwrap().paths.join(" ");
    let common = "display_name include_canonical_header canonical_base_url";

    assert_eq!(call(&running, &format!("PUT {ONE}"), &s3.to_string()).await.status, 200);
    let plain = "s3.bucket s3.prefix s3.region s3.use_iam_role s3.endpoint";
    assert_eq!(paths(0), format!("{common} {plain} s3.access_key s3.secret_key"));

    s3.as_object_mut().unwrap().retain(|name, _| !name.ends_with("Key"));
    assert_eq!(call(&running, &format!("PUT {ONE}"), &s3.to_string()).await.status, 200);
    assert_eq!(paths(1), format!("{common} {plain}"));
    let update = running.origins.updates.lock().unwrap()[1].clone();
    assert_eq!(
        (update.origin.as_ref().unwrap().name.as_str(), update.origin.as_ref().unwrap().etag.as_str()),
        ("origins/o1", "\"1\"")
    );

    // Half a credential is none; and another kind has nothing stored to keep.
    s3["accessKey"] = json!("k");
    let answer = call(&running, &format!("PUT {ONE}"), &s3.to_string()).await;
    assert_eq!(answer.json()["message"], "accessKey and secretKey must be given together");
    let mut azure = json!({"type": "AZURE_BLOB", "name": "a", "accountName": "a", "container": "c"});
    let answer = call(&running, &format!("PUT {ONE}"), &azure.to_string()).await;
    assert_eq!(answer.json()["message"], "sasToken is required and must be a string");
    azure["sasToken"] = json!("?sig=x");
    assert_eq!(call(&running, &format!("PUT {ONE}"), &azure.to_string()).await.status, 200);
    assert_eq!(paths(2), format!("{common} azure_blob"));
}

#[tokio::test]
async fn validating_changes_nothing() {
    let running = start().await;
    let folder = json!({"type": "FOLDER", "name": "a", "path": "/srv"}).to_string();
    let answer = call(&running, &format!("POST {ORIGINS}?validateOnly=true"), &folder).await;
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
        let folder = json!({"type": "FOLDER", "name": format!("a{index}"), "path": "/srv"}).to_string();
        call(&running, &format!("POST {ORIGINS}"), &folder).await;
    }
    let listed = call(&running, &format!("GET {ORIGINS}"), "").await.json();
    let names: Vec<_> = listed.as_array().unwrap().iter().map(|origin| origin["name"].as_str().unwrap()).collect();
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
    let answer = call(&running, &format!("POST {ONE}/check"), r#"{"path": "a.jpg"}"#).await;
    let step = json!({"step": "read", "passed": false, "message": "no image at \"a.jpg\"", "durationMs": 1005});
    assert_eq!((answer.status, answer.json()), (200, json!({"passed": false, "steps": [step]})));
    assert_eq!(call(&running, &format!("POST {ONE}/check"), "").await.status, 200);
    assert_eq!(
        call(&running, &format!("POST {ONE}/check"), r#"{"paht": "a"}"#).await.json()["message"],
        "paht is not allowed"
    );
}
