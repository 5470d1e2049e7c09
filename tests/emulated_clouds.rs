//! Origins against emulators of the real services: each picture of a bucket comes out right, wrong credentials are
//! told in words, and nothing but reading reaches the bucket, and nothing before a URL asks.

use crate::{
    darkroom::Darkroom,
    emulators::{emulators, seen},
    on_both_transports,
    pictures::facts,
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Method;
use serde_json::{Value, json};

on_both_transports! {
    google_cloud_storage
    azure_blob_storage
    s3
    wrong_credentials_are_told
    only_reads_and_only_when_asked
}

const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'.').remove(b'-').remove(b'_');

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("not a text: {value}"))
}

/// An endpoint of its own for an origin; its prefix.
async fn endpoint_for(darkroom: &Darkroom, prefix: &str, origin: Value) -> String {
    let id = darkroom.origin(origin).await;
    darkroom.url_endpoint(json!({"description": prefix, "urlPrefix": prefix, "origins": [id]})).await;
    id
}

/// Every picture of the bucket comes, resized and as it is; what is not there is not found.
async fn every_picture_comes(darkroom: &Darkroom, prefix: &str, all: &Value) {
    for photo in all["photos"].as_array().unwrap() {
        let path = utf8_percent_encode(text(&photo["key"]), PATH).to_string();
        if photo["width"] == 0 {
            let response = darkroom.get(&format!("/{prefix}/{path}")).await;
            assert_eq!(response.status(), 200, "{path}");
            assert_eq!(response.headers()["content-type"], "text/plain");
            continue;
        }
        let width = u32::try_from(photo["width"].as_u64().unwrap()).unwrap();
        let response = darkroom.get(&format!("/{prefix}/tr:w-0.5,f-png/{path}")).await;
        assert_eq!(response.status(), 200, "{prefix} {path}: {}", response.text().await.unwrap());
        assert_eq!(facts(&response.bytes().await.unwrap()).0, width / 2, "{prefix} {path}");
        let response = darkroom.get(&format!("/{prefix}/tr:orig-true/{path}")).await;
        assert_eq!(response.status(), 200, "{prefix} {path}");
        assert_eq!(
            response.bytes().await.unwrap().len() as u64,
            photo["size_bytes"].as_u64().unwrap(),
            "{prefix} {path}"
        );
    }
    let missing = darkroom.get(&format!("/{prefix}/tr:w-9/missing.jpg")).await;
    assert_eq!(missing.status(), 404, "{}", missing.text().await.unwrap());
}

async fn google_cloud_storage(darkroom: &Darkroom) {
    let Some(all) = emulators() else { return };
    let gcs = &all["gcs"];
    let key = std::fs::read_to_string(text(&gcs["service_account_key_file"])).unwrap();
    let origin = |key: Value| json!({"name": "gcs", "type": "GCS", "bucket": gcs["bucket"], "endpoint": gcs["endpoint"], "serviceAccountKey": key});
    endpoint_for(darkroom, "gcs", origin(json!(key))).await;
    every_picture_comes(darkroom, "gcs", &all).await;

    // As an object, with fields that would lead elsewhere if they were heeded.
    let mut parsed: Value = serde_json::from_str(&key).unwrap();
    parsed["gcs_base_url"] = json!("http://127.0.0.1:9");
    parsed["disable_oauth"] = json!(true);
    endpoint_for(darkroom, "object", origin(parsed.clone())).await;
    assert_eq!(darkroom.get("/object/tr:w-9/photo.jpg").await.status(), 200);

    let pair = json!({
        "name": "pair", "type": "GCS", "bucket": gcs["bucket"], "endpoint": gcs["endpoint"], "prefix": "deep/er",
        "clientEmail": parsed["client_email"], "privateKey": parsed["private_key"], "privateKeyId": parsed["private_key_id"],
    });
    let (status, body) = darkroom.manage(Method::POST, "/v1/accounts/origins", Some(pair)).await;
    if status == 201 {
        let id = text(&body["id"]);
        darkroom.url_endpoint(json!({"description": "pair", "urlPrefix": "pair", "origins": [id]})).await;
        assert_eq!(darkroom.get("/pair/tr:w-9/photo.jpg").await.status(), 200, "e-mail, key and prefix");
    } else {
        panic!("{status} {body}");
    }
}

async fn azure_blob_storage(darkroom: &Darkroom) {
    let Some(all) = emulators() else { return };
    let azure = &all["azure"];
    let origin = |sas: &str| json!({"name": "azure", "type": "AZURE_BLOB", "accountName": azure["account"], "container": azure["container"], "endpoint": azure["endpoint"], "sasToken": sas});
    let container_read = text(&azure["sas"]["container_read"]);
    endpoint_for(darkroom, "azure", origin(&format!("?{container_read}"))).await;
    every_picture_comes(darkroom, "azure", &all).await;
    for (prefix, sas) in [
        ("bare", container_read),
        ("account", text(&azure["sas"]["account_read"])),
        ("listing", text(&azure["sas"]["container_read_list"])),
    ] {
        endpoint_for(darkroom, prefix, origin(sas)).await;
        assert_eq!(darkroom.get(&format!("/{prefix}/tr:w-9/photo.jpg")).await.status(), 200, "{prefix}");
    }
    let (_, list) = darkroom.manage(Method::GET, "/v1/accounts/origins", None).await;
    assert!(list.to_string().contains("sasExpiresAt"), "expiry is shown: {list}");
    assert!(!list.to_string().contains("sig="), "the token is not: {list}");

    let (status, body) =
        darkroom.manage(Method::POST, "/v1/accounts/origins", Some(origin(text(&azure["sas"]["write_only"])))).await;
    assert_eq!(status, 400, "{body}");
    let (status, body) =
        darkroom.manage(Method::POST, "/v1/accounts/origins", Some(origin(text(&azure["sas"]["expires_soon"])))).await;
    assert_eq!(status, 201, "{body}");
    assert!(body["warnings"].to_string().contains("expire"), "{body}");
}

async fn s3(darkroom: &Darkroom) {
    let Some(all) = emulators() else { return };
    let s3 = &all["s3"];
    let origin = json!({
        "name": "s3", "type": "S3_COMPATIBLE", "bucket": s3["bucket"], "endpoint": s3["endpoint"], "region": s3["region"],
        "accessKey": s3["access_key"], "secretKey": s3["secret_key"], "s3ForcePathStyle": true,
    });
    endpoint_for(darkroom, "s3", origin).await;
    // The key may read objects and not list the bucket: S3 then says «forbidden» for what is not there. That is
    // answered as the origin's refusal, and the explanation says what it may mean.
    for photo in all["photos"].as_array().unwrap().iter().filter(|photo| photo["width"] != 0) {
        let path = utf8_percent_encode(text(&photo["key"]), PATH).to_string();
        let response = darkroom.get(&format!("/s3/tr:w-0.5,f-png/{path}")).await;
        assert_eq!(response.status(), 200, "{path}: {}", response.text().await.unwrap());
        let width = u32::try_from(photo["width"].as_u64().unwrap()).unwrap();
        assert_eq!(facts(&response.bytes().await.unwrap()).0, width / 2, "{path}");
    }
    let missing = darkroom.get("/s3/tr:w-9/missing.jpg").await.status().as_u16();
    assert!([404, 502].contains(&missing), "{missing}");
}

async fn wrong_credentials_are_told(darkroom: &Darkroom) {
    let Some(all) = emulators() else { return };
    let (gcs, azure, s3) = (&all["gcs"], &all["azure"], &all["s3"]);
    let stranger = std::fs::read_to_string(text(&gcs["stranger_key_file"])).unwrap();
    let reader = std::fs::read_to_string(text(&gcs["service_account_key_file"])).unwrap();
    let azure_with = |sas: &Value| json!({"name": "azure", "type": "AZURE_BLOB", "accountName": azure["account"], "container": azure["container"], "endpoint": azure["endpoint"], "sasToken": sas});
    for (prefix, origin) in [
        (
            "stranger",
            json!({"name": "gcs", "type": "GCS", "bucket": gcs["bucket"], "endpoint": gcs["endpoint"], "serviceAccountKey": stranger}),
        ),
        (
            "no-access",
            json!({"name": "gcs", "type": "GCS", "bucket": gcs["no_access_bucket"], "endpoint": gcs["endpoint"], "serviceAccountKey": reader}),
        ),
        ("wrong-sig", azure_with(&azure["sas"]["wrong_signature"])),
        (
            "wrong-s3",
            json!({"name": "s3", "type": "S3_COMPATIBLE", "bucket": s3["bucket"], "endpoint": s3["endpoint"], "region": s3["region"],
            "accessKey": s3["access_key"], "secretKey": "not-the-secret", "s3ForcePathStyle": true}),
        ),
    ] {
        let id = endpoint_for(darkroom, prefix, origin).await;
        let response = darkroom.get(&format!("/{prefix}/tr:w-9/photo.jpg")).await;
        assert_eq!(response.status(), 502, "{prefix}");
        assert!(response.headers()["ik-error"].to_str().unwrap().starts_with("EACCES"), "{prefix}");
        let (status, check) = darkroom
            .manage(Method::POST, &format!("/v1/accounts/origins/{id}/check"), Some(json!({"path": "photo.jpg"})))
            .await;
        assert_eq!(status, 200, "{check}");
        assert_eq!(check["passed"], json!(false), "{prefix}: {check}");
        let last = check["steps"].as_array().unwrap().last().unwrap();
        assert!(text(&last["message"]).len() > 20, "says what to do: {check}");
    }
    // An expired token is refused where it is registered, with its date.
    let (status, body) =
        darkroom.manage(Method::POST, "/v1/accounts/origins", Some(azure_with(&azure["sas"]["expired"]))).await;
    assert_eq!(status, 400, "{body}");
    assert!(text(&body["message"]).contains("expired"), "{body}");
}

async fn only_reads_and_only_when_asked(darkroom: &Darkroom) {
    let Some(all) = emulators() else { return };
    let (gcs, azure, s3) = (&all["gcs"], &all["azure"], &all["s3"]);
    let key = std::fs::read_to_string(text(&gcs["service_account_key_file"])).unwrap();
    // Each transport's test has a prefix of its own in buckets that no other test asks.
    let marker = format!("untouched{}", darkroom.server_pid());
    let origins = [
        (
            gcs,
            format!("/{}", text(&gcs["untouched_bucket"])),
            json!({"name": "gcs", "type": "GCS", "bucket": gcs["untouched_bucket"], "endpoint": gcs["endpoint"], "serviceAccountKey": key, "prefix": marker}),
        ),
        (
            azure,
            format!("/{}/{}", text(&azure["account"]), text(&azure["untouched_container"])),
            json!({"name": "azure", "type": "AZURE_BLOB", "accountName": azure["account"], "container": azure["untouched_container"],
            "endpoint": azure["endpoint"], "sasToken": azure["sas"]["untouched_read"], "prefix": marker}),
        ),
        (
            s3,
            format!("/{}", text(&s3["untouched_bucket"])),
            json!({"name": "s3", "type": "S3_COMPATIBLE", "bucket": s3["untouched_bucket"], "endpoint": s3["endpoint"], "region": s3["region"],
            "accessKey": s3["access_key"], "secretKey": s3["secret_key"], "s3ForcePathStyle": true, "prefix": marker}),
        ),
    ];
    for (index, (facts, bucket, origin)) in origins.into_iter().enumerate() {
        let prefix = format!("quiet{index}");
        endpoint_for(darkroom, &prefix, origin).await;
        darkroom.manage(Method::GET, "/v1/accounts/origins", None).await;
        let path = format!("{bucket}/{marker}");
        assert_eq!(seen(facts, &path).await, Vec::<Value>::new(), "nothing before a URL asks");
        darkroom.get(&format!("/{prefix}/tr:w-9/photo.jpg")).await;
        let requests = seen(facts, &path).await;
        assert!(!requests.is_empty(), "{path}");
        for request in requests {
            assert!(["GET", "HEAD"].contains(&text(&request["method"])), "{request}");
        }
    }
}
