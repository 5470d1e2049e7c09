//! Named transformations in ImageKit's JSON.

use crate::{
    fakes::status,
    rest::{call, start},
};
use darkroom_api::v1::ErrorReason;
use serde_json::json;
use tonic::Code;

const ALL: &str = "/v1/named-transformations";

#[tokio::test]
async fn one_goes_in_and_comes_out() {
    let running = start().await;
    assert_eq!(call(&running, &format!("GET {ALL}"), "").await.json(), json!([]));
    let sent = json!({"name": "small_thumbnail", "transformation": "w-150,h-150", "enabled": false});
    let created = call(&running, &format!("POST {ALL}"), &sent.to_string()).await;
    let expected = json!({
        "id": "nt-0", "name": "small_thumbnail", "transformation": "w-150,h-150", "enabled": false,
        "createdAt": "2023-11-14T22:13:20.500Z", "updatedAt": "2023-11-14T22:13:20.500Z",
    });
    assert_eq!((created.status, created.json()), (201, expected.clone()));
    for id in ["nt-0", "small_thumbnail"] {
        assert_eq!(call(&running, &format!("GET {ALL}/{id}"), "").await.json(), expected, "{id}");
    }
    assert_eq!(call(&running, &format!("GET {ALL}"), "").await.json(), json!([expected]));
    let default = json!({"name": "a", "transformation": "w-1"}).to_string();
    assert_eq!(call(&running, &format!("POST {ALL}"), &default).await.json()["enabled"], true);
    let preview = call(&running, &format!("POST {ALL}?validateOnly=true"), &default).await;
    assert_eq!((preview.status, preview.json().get("id")), (200, None));

    let deleted = call(&running, &format!("DELETE {ALL}/nt-0"), "").await;
    assert_eq!((deleted.status, deleted.json()), (200, json!({})));
}

#[tokio::test]
async fn a_change_names_what_is_in_the_body_and_nothing_else() {
    let running = start().await;
    let sent = json!({"name": "small", "transformation": "w-150"}).to_string();
    call(&running, &format!("POST {ALL}"), &sent).await;
    for (body, paths, new_name, disabled) in [
        (json!({}), vec!["name"], "", false),
        (json!({"enabled": true}), vec!["name", "disabled"], "", false),
        (json!({"enabled": false}), vec!["name", "disabled"], "", true),
        (json!({"transformation": "w-2"}), vec!["name", "transformation"], "", false),
        (json!({"name": "large"}), vec!["name"], "large", false),
    ] {
        let answer = call(&running, &format!("PATCH {ALL}/nt-0"), &body.to_string()).await;
        assert_eq!(answer.status, 200, "{body}");
        let update = running.named_transformations.updates.lock().unwrap().pop().unwrap();
        let named = update.named_transformation.unwrap();
        assert_eq!(update.update_mask.unwrap().paths, paths, "{body}");
        assert_eq!((named.name.as_str(), named.disabled), ("namedTransformations/nt-0", disabled), "{body}");
        assert_eq!(update.new_named_transformation_id, new_name, "{body}");
    }
}

#[tokio::test]
async fn what_is_wrong_is_named() {
    let running = start().await;
    for (sent, message) in [
        (json!({}), "name is required and must be a string"),
        (json!({"name": "a"}), "transformation is required and must be a string"),
        (json!({"name": "a", "transformation": 1}), "transformation is required and must be a string"),
        (json!({"name": "a", "transformation": "w-1", "enabled": "yes"}), "enabled must be a boolean"),
        (json!({"name": "a", "transformation": "w-1", "disabled": true}), "disabled is not allowed"),
        (json!({"name": "a".repeat(101), "transformation": "w-1"}), "name must have at most 100 characters"),
    ] {
        let answer = call(&running, &format!("POST {ALL}"), &sent.to_string()).await;
        assert_eq!((answer.status, answer.json()["message"].as_str()), (400, Some(message)), "{sent}");
    }
    let answer = call(&running, &format!("PATCH {ALL}/a"), &json!({"name": ""}).to_string()).await;
    assert_eq!(answer.status, 400);
    for request in ["GET", "PATCH", "DELETE"] {
        for id in ["none", "a.b", "%2e", "a%2Fb"] {
            let body = if request == "PATCH" { "{}" } else { "" };
            let answer = call(&running, &format!("{request} {ALL}/{id}"), body).await;
            let told = (answer.status, answer.json()["message"].clone());
            assert_eq!(told, (404, json!("Named transformation not found.")), "{request} {id}");
        }
    }
    let new = json!({"name": "a", "transformation": "w-1"}).to_string();
    let refusal = status(Code::AlreadyExists, ErrorReason::AlreadyExists, "x", &[]);
    *running.named_transformations.refuse.lock().unwrap() = Some(refusal);
    let answer = call(&running, &format!("POST {ALL}"), &new).await;
    assert_eq!(answer.status, 409);
    assert_eq!(answer.json()["message"], "A named transformation with this name already exists.");
}
