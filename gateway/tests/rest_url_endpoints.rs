//! URL endpoints in ImageKit's JSON.

use crate::{
    fakes::status,
    rest::{call, start},
};
use darkroom_api::v1::ErrorReason;
use serde_json::{Value, json};
use tonic::Code;

const ALL: &str = "/v1/accounts/url-endpoints";

#[tokio::test]
async fn an_endpoint_goes_in_and_comes_out() {
    let running = start().await;
    let sent = json!({
        "description": "Shop", "urlPrefix": "shop", "origins": ["o1", "o2"], "hosts": ["i.shop.example"], "restrictUnsigned": true,
        "restrictUnnamed": true, "unknownParameters": "IGNORE", "defaultImage": "none.png", "profile": "SPEED",
    });
    let created = call(&running, &format!("POST {ALL}"), &sent.to_string()).await;
    let mut expected = sent.clone();
    expected["id"] = json!("e1");
    assert_eq!((created.status, created.json()), (201, expected.clone()));
    assert_eq!(call(&running, &format!("GET {ALL}/e1"), "").await.json(), expected);
    let stored = running.url_endpoints.stored.lock().unwrap()[1].clone();
    assert_eq!(stored.origins, ["origins/o1", "origins/o2"]);

    let default = json!({
        "id": "default", "description": "Default", "urlPrefix": "", "origins": ["o1"], "hosts": [], "restrictUnsigned": false,
        "restrictUnnamed": false, "unknownParameters": "REJECT", "profile": "DEFAULT",
    });
    assert_eq!(call(&running, &format!("GET {ALL}"), "").await.json(), json!([default, expected]));
}

#[tokio::test]
async fn what_is_wrong_is_named_in_imagekits_words() {
    let running = start().await;
    let endpoint = |more: Value| {
        let mut endpoint = json!({"description": "d", "urlPrefix": "p"});
        endpoint.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        endpoint
    };
    let reserved =
        "urlPrefix cannot be empty string. This is reserved for the default URL-endpoint created by ImageKit.";
    let missing = "Origin does not exists. Please create origin before using it in URL-endpoint.";
    for (sent, message) in [
        (json!({}), "description is required"),
        (endpoint(json!({"description": ""})), "description is required"),
        (endpoint(json!({"urlPrefix": 1})), "urlPrefix must be a string"),
        (endpoint(json!({"urlPrefix": ""})), reserved),
        (json!({"description": "d"}), reserved),
        (endpoint(json!({"urlPrefix": "a/b"})), "urlPrefix must have letters, digits and hyphens only"),
        (endpoint(json!({"origins": "o1"})), "origins must be an array of strings"),
        (endpoint(json!({"origins": ["../x"]})), missing),
        (endpoint(json!({"origins": vec!["o"; 11]})), "origins must have at most 10 entries"),
        (endpoint(json!({"unknownParameters": "ignore"})), "unknownParameters must be one of REJECT, IGNORE"),
        (endpoint(json!({"profile": "FAST"})), "profile must be one of DEFAULT, SPEED"),
        (endpoint(json!({"urlRewriter": {"type": "IMGIX"}})), "urlRewriter is not supported."),
        (endpoint(json!({"foo": 1})), "foo is not allowed"),
    ] {
        let answer = call(&running, &format!("POST {ALL}"), &sent.to_string()).await;
        assert_eq!((answer.status, answer.json()["message"].as_str()), (400, Some(message)), "{sent}");
    }
    *running.url_endpoints.refuse.lock().unwrap() = Some(status(Code::NotFound, ErrorReason::OriginNotFound, "x", &[]));
    let answer = call(&running, &format!("POST {ALL}"), &endpoint(json!({"origins": ["nope"]})).to_string()).await;
    assert_eq!((answer.status, answer.json()["message"].as_str()), (400, Some(missing)));
    let by_host = json!({"description": "d", "hosts": ["i.example"]}).to_string();
    assert_eq!(call(&running, &format!("POST {ALL}"), &by_host).await.status, 201);
}

#[tokio::test]
async fn the_default_endpoint_can_be_changed_but_for_its_prefix_and_not_deleted() {
    let running = start().await;
    let put = format!("PUT {ALL}/default");
    let answer = call(&running, &put, r#"{"description": "d", "origins": ["o1"]}"#).await;
    assert_eq!((answer.status, answer.json()["origins"].clone()), (200, json!(["o1"])));
    let mask = running.url_endpoints.updates.lock().unwrap()[0].update_mask.clone().unwrap().paths;
    assert!(mask.contains(&"origins".to_owned()) && !mask.contains(&"url_prefix".to_owned()), "{mask:?}");
    assert_eq!(call(&running, &put, r#"{"description": "d", "urlPrefix": "x"}"#).await.status, 400);

    let refusal = status(Code::FailedPrecondition, ErrorReason::DefaultEndpoint, "x", &[]);
    *running.url_endpoints.refuse.lock().unwrap() = Some(refusal);
    let answer = call(&running, &format!("DELETE {ALL}/default"), "").await;
    assert_eq!(
        (answer.status, answer.json()["message"].as_str()),
        (400, Some("Default URL-endpoint cannot be deleted."))
    );
    let answer = call(&running, &format!("DELETE {ALL}/none"), "").await;
    assert_eq!((answer.status, answer.json()["message"].as_str()), (404, Some("URL-endpoint not found.")));
}
