//! The REST management API, in ImageKit's JSON.

use crate::{darkroom::Darkroom, on_both_transports, pictures::folder};
use reqwest::Method;
use serde_json::{Value, json};

on_both_transports! {
    without_the_key_nothing_is_told
    origins_come_and_go
    endpoints_come_and_go
    bad_input_is_named
    what_is_only_validated_changes_nothing
    secrets_never_come_out
    health_metrics_and_openapi
}

async fn without_the_key_nothing_is_told(darkroom: &Darkroom) {
    let mut told = std::collections::BTreeMap::<_, std::collections::BTreeSet<String>>::new();
    for path in
        ["/v1/accounts/origins", "/v1/accounts/origins/none", "/v1/accounts/url-endpoints/default", "/v1/nothing/here"]
    {
        for authorization in [None, Some("Basic d3Jvbmc6"), Some("Bearer wrong"), Some("nonsense")] {
            let mut request = darkroom.http.get(format!("{}{path}", darkroom.admin));
            if let Some(value) = authorization {
                request = request.header("authorization", value);
            }
            let response = request.send().await.unwrap();
            assert_eq!(response.status(), 401, "{path} {authorization:?}");
            let body: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
            told.entry(authorization).or_default().insert(body["message"].to_string());
        }
    }
    assert!(told.values().all(|messages| messages.len() == 1), "the same words whatever was asked for: {told:?}");
}

async fn origins_come_and_go(darkroom: &Darkroom) {
    let pictures = folder();
    let first = darkroom.folder(pictures.path()).await;
    let (status, default) = darkroom.manage(Method::GET, "/v1/accounts/url-endpoints/default", None).await;
    assert_eq!((status, &default["origins"]), (200, &json!([first])), "the first origin is attached by itself");

    let (status, list) = darkroom.manage(Method::GET, "/v1/accounts/origins", None).await;
    assert_eq!(status, 200);
    assert_eq!(list.as_array().unwrap().len(), 1);
    assert_eq!((&list[0]["type"], &list[0]["name"]), (&json!("FOLDER"), &json!("folder")));

    let body = json!({"name": "renamed", "type": "WEB_FOLDER", "baseUrl": "http://127.0.0.1:9"});
    let path = format!("/v1/accounts/origins/{first}");
    let (status, updated) = darkroom.manage(Method::PUT, &path, Some(body)).await;
    assert_eq!(
        (status, &updated["type"], &updated["name"]),
        (200, &json!("WEB_FOLDER"), &json!("renamed")),
        "{updated}"
    );

    let (status, body) = darkroom.manage(Method::DELETE, &path, None).await;
    assert_eq!(status, 400, "it is in use: {body}");
    let detached = json!({"description": "default", "origins": []});
    assert_eq!(darkroom.manage(Method::PUT, "/v1/accounts/url-endpoints/default", Some(detached)).await.0, 200);
    assert_eq!(darkroom.manage(Method::DELETE, &path, None).await.0, 204);
    let (status, body) = darkroom.manage(Method::GET, &path, None).await;
    assert_eq!((status, &body["message"]), (404, &json!("Origin not found.")));
}

async fn endpoints_come_and_go(darkroom: &Darkroom) {
    let pictures = folder();
    let origin = darkroom.folder(pictures.path()).await;
    let body = json!({"description": "products", "urlPrefix": "products", "origins": [origin]});
    let (status, made) = darkroom.manage(Method::POST, "/v1/accounts/url-endpoints", Some(body.clone())).await;
    assert_eq!((status, &made["urlPrefix"]), (201, &json!("products")), "{made}");
    let path = format!("/v1/accounts/url-endpoints/{}", made["id"].as_str().unwrap());
    assert_eq!(darkroom.get("/products/tr:w-9/photo.jpg").await.status(), 200, "at once");

    let (status, again) = darkroom.manage(Method::POST, "/v1/accounts/url-endpoints", Some(body)).await;
    assert!(status == 400 || status == 409, "the prefix is taken: {status} {again}");
    let (status, list) = darkroom.manage(Method::GET, "/v1/accounts/url-endpoints", None).await;
    assert_eq!((status, list.as_array().unwrap().len(), &list[0]["id"]), (200, 2, &json!("default")));

    assert_eq!(darkroom.manage(Method::DELETE, &path, None).await.0, 204);
    assert_eq!(darkroom.get("/products/tr:w-9/photo.jpg").await.status(), 404, "at once");
    let (status, body) = darkroom.manage(Method::DELETE, "/v1/accounts/url-endpoints/default", None).await;
    assert_eq!((status, &body["message"]), (400, &json!("Default URL-endpoint cannot be deleted.")));
    let (status, body) = darkroom.manage(Method::GET, &path, None).await;
    assert_eq!((status, &body["message"]), (404, &json!("URL-endpoint not found.")));
}

async fn bad_input_is_named(darkroom: &Darkroom) {
    for (body, mentions) in [
        (json!({"type": "FOLDER", "path": "/tmp"}), "name"),
        (json!({"name": "x", "type": "FTP"}), "type"),
        (json!({"name": "x", "type": "S3", "accessKey": "a", "secretKey": "b"}), "bucket"),
        (json!({"name": "x", "type": "FOLDER", "path": "/tmp", "colour": "red"}), "colour"),
        (json!({"name": "x", "type": "FOLDER", "path": "relative"}), "path"),
        (json!({"name": "x", "type": "WEB_FOLDER", "baseUrl": "ftp://example.com"}), "base"),
        (json!({"name": "x", "type": "WEB_PROXY", "allowedHosts": []}), "llowed"),
        (json!({"name": "x", "type": "GCS", "bucket": "b", "serviceAccountKey": "not json"}), "serviceAccountKey"),
        (json!({"name": "x", "type": "GCS", "bucket": "b", "serviceAccountKey": {"type": "authorized_user"}}), "type"),
        (
            json!({"name": "x", "type": "GCS", "bucket": "b", "clientEmail": "a@b.c", "privateKey": "-----BEGIN X-----"}),
            "privateKey",
        ),
        (
            json!({"name": "x", "type": "AZURE_BLOB", "accountName": "a", "container": "c", "sasToken": "sv=1&sp=w&se=2999-01-01&sig=abc&sr=c"}),
            "read",
        ),
        (
            json!({"name": "x", "type": "AZURE_BLOB", "accountName": "a", "container": "c", "sasToken": "garbage"}),
            "sas",
        ),
    ] {
        let (status, answer) = darkroom.manage(Method::POST, "/v1/accounts/origins", Some(body.clone())).await;
        assert_eq!(status, 400, "{body}: {answer}");
        let message = answer["message"].as_str().unwrap();
        assert!(message.to_lowercase().contains(&mentions.to_lowercase()), "{body}: {message}");
        assert!(answer["help"].is_string(), "{answer}");
    }
    let body = json!({"description": "x", "urlPrefix": "x", "origins": ["none"]});
    let (status, answer) = darkroom.manage(Method::POST, "/v1/accounts/url-endpoints", Some(body)).await;
    assert_eq!(status, 400, "{answer}");
    let (status, list) = darkroom.manage(Method::GET, "/v1/accounts/origins", None).await;
    assert_eq!((status, list), (200, json!([])), "nothing was registered on the way");
}

async fn what_is_only_validated_changes_nothing(darkroom: &Darkroom) {
    let body = json!({"name": "x", "type": "FOLDER", "path": "/tmp"});
    for (query, expected) in
        [("validateOnly=true", 200), ("validateOnly=1", 200), ("validateOnly", 200), ("validateOnly=yes", 400)]
    {
        let (status, answer) =
            darkroom.manage(Method::POST, &format!("/v1/accounts/origins?{query}"), Some(body.clone())).await;
        assert_eq!(status, expected, "{query}: {answer}");
    }
    let (_, list) = darkroom.manage(Method::GET, "/v1/accounts/origins", None).await;
    assert_eq!(list, json!([]));
}

async fn secrets_never_come_out(darkroom: &Darkroom) {
    let canary = "canary8f3a";
    let body = json!({"name": "s", "type": "S3_COMPATIBLE", "bucket": "b", "endpoint": "http://127.0.0.1:9", "accessKey": canary, "secretKey": canary});
    let (status, made) = darkroom.manage(Method::POST, "/v1/accounts/origins", Some(body)).await;
    assert_eq!(status, 201, "{made}");
    assert!(!made.to_string().contains(canary), "{made}");
    let (_, list) = darkroom.manage(Method::GET, "/v1/accounts/origins", None).await;
    assert!(!list.to_string().contains(canary), "{list}");
}

async fn health_metrics_and_openapi(darkroom: &Darkroom) {
    for (path, expected) in
        [("/healthz", ""), ("/readyz", ""), ("/metrics", ""), ("/openapi.json", "openapi"), ("/", "Darkroom")]
    {
        let response = darkroom.http.get(format!("{}{path}", darkroom.admin)).send().await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        assert!(response.text().await.unwrap().contains(expected), "{path}");
    }
}
