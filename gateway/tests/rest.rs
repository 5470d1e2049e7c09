//! The management API: who may, what is too much, what is not there.

use crate::{
    fakes::{FakeImages, KEY, Running, rendition, run},
    wire::{Answer, ask, exchange, parse},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use darkroom_gateway::Config;
use std::time::Duration;

pub(crate) async fn start() -> Running {
    run(Config::default(), FakeImages::of(rendition())).await
}

/// Calls with the key.
pub(crate) async fn call(running: &Running, request: &str, body: &str) -> Answer {
    let credentials = BASE64_STANDARD.encode(format!("{KEY}:"));
    let head = format!("{request} HTTP/1.1\r\nauthorization: Basic {credentials}\r\ncontent-type: application/json");
    ask(running.admin, &head, body.as_bytes()).await
}

const ORIGINS: &str = "/v1/accounts/origins";

#[tokio::test]
async fn without_a_valid_key_there_is_401_and_nothing_else_is_told() {
    let running = start().await;
    let requests = [
        ("GET", ORIGINS),
        ("POST", ORIGINS),
        ("DELETE", ORIGINS),
        ("GET", "/v1/accounts/origins/none"),
        ("PUT", "/v1/accounts/url-endpoints/default"),
        ("GET", "/v1/nothing"),
        ("GET", "/v1"),
        ("GET", "/v1/"),
        ("POST", "/v1/files/purge"),
        ("BREW", "/v1/accounts/usage"),
    ];
    let wrong = BASE64_STANDARD.encode("private_wrong:");
    for (method, path) in requests {
        for authorization in [
            "",
            "\r\nauthorization: Bearer wrong",
            &format!("\r\nauthorization: Basic {wrong}"),
            "\r\nauthorization: Basic %%",
        ] {
            let head = format!("{method} {path} HTTP/1.1{authorization}");
            let answer = ask(running.admin, &head, b"{not json").await;
            assert_eq!(answer.status, 401, "{head}");
            let message = answer.json()["message"].as_str().unwrap().to_owned();
            let is_known = ["Your request does not contain private API key.", "Your account cannot be authenticated."]
                .contains(&message.as_str());
            assert!(is_known, "{head}: {message}");
            assert!(!answer.field("x-ik-requestid").is_empty(), "{head}");
            // A browser that knew about Basic would keep the key and send it along.
            assert!(answer.field("www-authenticate").starts_with("Bearer"), "{head}");
        }
    }
}

#[tokio::test]
async fn bearer_is_taken_too() {
    let running = start().await;
    let answer = ask(running.admin, &format!("GET {ORIGINS} HTTP/1.1\r\nauthorization: Bearer {KEY}"), b"").await;
    assert_eq!((answer.status, answer.text().as_str()), (200, "[]"));
}

#[tokio::test]
async fn what_is_not_there_and_what_is_not_built_are_told_apart() {
    let running = start().await;
    assert_eq!(call(&running, "GET /v1/nothing", "").await.status, 404);
    assert_eq!(call(&running, &format!("PATCH {ORIGINS}"), "").await.status, 405);
    for request in [
        "POST /v1/files/purge",
        "GET /v1/files/purge/1",
        "GET /v1/metadata?url=x",
        "GET /v1/files/1/metadata",
        "GET /v1/accounts/usage",
    ] {
        let answer = call(&running, request, "").await;
        assert_eq!(answer.status, 501, "{request}");
        assert!(answer.json()["message"].as_str().unwrap().ends_with("is not built yet"), "{request}");
    }
}

#[tokio::test]
async fn bodies_that_are_too_large_or_no_json_are_refused() {
    let running = start().await;
    let post = format!("POST {ORIGINS}");
    assert_eq!(call(&running, &post, &" ".repeat(1024 * 1024 + 1)).await.status, 413);
    for body in ["{", "[]", "null", "{\"name\":}", "\u{feff}{}"] {
        let answer = call(&running, &post, body).await;
        assert_eq!(answer.status, 400, "{body}");
        assert!(answer.json()["message"].as_str().unwrap().starts_with("The body"), "{body}");
    }
    let head = format!("{post} HTTP/1.1\r\nauthorization: Bearer {KEY}\r\ncontent-type: text/plain");
    assert_eq!(ask(running.admin, &head, b"{}").await.status, 415);
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert_eq!(call(&running, &post, &deep).await.status, 400);
}

#[tokio::test]
async fn a_chunked_body_is_read_and_what_follows_it_is_not() {
    let running = start().await;
    let body = r#"{"type":"FOLDER","name":"a","path":"/srv"}"#;
    let request = format!(
        "POST {ORIGINS} HTTP/1.1\r\nhost: h\r\nauthorization: Bearer {KEY}\r\ncontent-type: application/json\r\n\
         transfer-encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\nhost: h\r\n\r\n",
        body.len()
    );
    let (came, closed) = exchange(running.admin, request.as_bytes(), Duration::from_secs(5)).await;
    assert!(closed);
    assert_eq!(parse(&came).unwrap().status, 201);
    assert_eq!(String::from_utf8_lossy(&came).matches("HTTP/1.1 ").count(), 1);
}
