//! Web servers as origins, honest ones and hostile ones.

use crate::{
    darkroom::{Darkroom, Transport},
    on_both_transports,
    pictures::{encoded, facts, quarters},
};
use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use reqwest::Method;
use serde_json::json;
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

on_both_transports! {
    a_web_server_serves
    queries_and_hosts_are_passed_on
    a_web_proxy_serves_what_is_allowed
    hostile_origins_are_contained
}

#[derive(Clone, Default)]
pub struct Seen(Arc<Mutex<Vec<String>>>);

impl Seen {
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

/// A web server that has `photo.jpg` and misbehaves at the other paths; its URL, and what it was asked.
pub async fn serve() -> (String, Seen) {
    let seen = Seen::default();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let app = Router::new().fallback(answer).with_state(seen.clone());
    tokio::spawn(async move { axum::serve(listener, app).await });
    (url, seen)
}

async fn answer(State(seen): State<Seen>, request: Request) -> Response {
    let host = request.headers().get("host").and_then(|host| host.to_str().ok()).unwrap_or_default().to_owned();
    let target = request.uri().path_and_query().unwrap().to_string();
    seen.0.lock().unwrap().push(format!("{} {target} host={host}", request.method()));
    let photo = encoded(&quarters(80, 60, false), "jpg");
    match request.uri().path().rsplit('/').next().unwrap() {
        "photo.jpg" => ([("content-type", "image/jpeg"), ("etag", "\"v1\"")], photo).into_response(),
        "denied.jpg" => http::StatusCode::FORBIDDEN.into_response(),
        "down.jpg" => http::StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        "inside.jpg" => {
            (http::StatusCode::FOUND, [("location", "http://169.254.169.254/latest/meta-data")]).into_response()
        }
        "loop.jpg" => (http::StatusCode::FOUND, [("location", "loop.jpg")]).into_response(),
        "words.jpg" => ([("content-type", "text/html")], "<script>alert(1)</script>").into_response(),
        "short.jpg" => {
            // Half of what it promises, then the connection ends.
            let half = photo.slice(..photo.len() / 2);
            let body =
                futures::stream::iter([Ok::<_, std::io::Error>(half), Err(std::io::ErrorKind::ConnectionReset.into())]);
            (
                [("content-type", "image/jpeg"), ("content-length", photo.len().to_string().as_str())],
                Body::from_stream(body),
            )
                .into_response()
        }
        "endless.jpg" => {
            let body = futures::stream::repeat_with(|| Ok::<_, std::io::Error>(Bytes::from_static(&[0xFF; 8192])));
            ([("content-type", "image/jpeg")], Body::from_stream(body)).into_response()
        }
        "silent.jpg" => {
            tokio::time::sleep(Duration::from_secs(30)).await;
            http::StatusCode::OK.into_response()
        }
        _ => http::StatusCode::NOT_FOUND.into_response(),
    }
}

async fn a_web_server_serves(darkroom: &Darkroom) {
    let (url, seen) = serve().await;
    darkroom.origin(json!({"name": "web", "type": "WEB_FOLDER", "baseUrl": format!("{url}/base")})).await;
    assert_eq!(seen.take(), Vec::<String>::new(), "nothing before a URL asks");
    let response = darkroom.get("/tr:w-40,f-png/deep/photo.jpg").await;
    assert_eq!(response.status(), 200);
    assert_eq!(facts(&response.bytes().await.unwrap()), (40, 30, "image/png"));
    let requests = seen.take();
    assert!(
        requests.iter().all(|request| request.starts_with("GET /base/deep/photo.jpg") || request.starts_with("HEAD ")),
        "{requests:?}"
    );
    assert_eq!(darkroom.get("/tr:w-40/missing.jpg").await.status(), 404);
}

async fn queries_and_hosts_are_passed_on(darkroom: &Darkroom) {
    let (url, seen) = serve().await;
    let origin = darkroom
        .origin(json!({"name": "web", "type": "WEB_FOLDER", "baseUrl": url, "forwardHostHeaderToOrigin": true}))
        .await;
    darkroom.url_endpoint(json!({"description": "hosted", "hosts": ["shop.example.com"], "origins": [origin]})).await;
    let response = darkroom
        .get_with("/photo.jpg?tr=w-9&alt=media&token=a%2Bb&ik-sdk-version=x", &[("host", "shop.example.com")])
        .await;
    assert_eq!(response.status(), 200);
    let requests = seen.take();
    assert!(requests[0].contains("/photo.jpg?alt=media&token=a%2Bb host=shop.example.com"), "{requests:?}");
}

async fn a_web_proxy_serves_what_is_allowed(darkroom: &Darkroom) {
    let (url, seen) = serve().await;
    darkroom.origin(json!({"name": "proxy", "type": "WEB_PROXY", "allowedHosts": ["127.0.0.1"]})).await;
    let encoded = url.replace(':', "%3A").replace('/', "%2F");
    for path in [
        format!("/tr:w-20/{url}/photo.jpg"),
        format!("/tr:w-20/{}/photo.jpg", url.replace("//", "/")),
        format!("/tr:w-20/{encoded}%2Fphoto.jpg"),
    ] {
        let response = darkroom.get(&path).await;
        assert_eq!(response.status(), 200, "{path}: {}", response.text().await.unwrap());
    }
    seen.take();
    for path in [
        "/tr:w-20/http://localhost:1/photo.jpg",
        "/tr:w-20/http://127.0.0.1@evil.example/photo.jpg",
        "/tr:w-20/ftp://127.0.0.1/photo.jpg",
        "/tr:w-20/http://127.0.0.1.evil.example/a.jpg",
    ] {
        let status = darkroom.get(path).await.status().as_u16();
        assert!([400, 404].contains(&status), "{path}: {status}");
    }
    assert_eq!(seen.take(), Vec::<String>::new());
}

async fn hostile_origins_are_contained(darkroom: &Darkroom) {
    let (url, _) = serve().await;
    darkroom.origin(json!({"name": "web", "type": "WEB_FOLDER", "baseUrl": url})).await;
    for (path, status, code) in [
        ("denied.jpg", 502, "EACCES"),
        ("down.jpg", 502, "ECONNREFUSED"),
        ("loop.jpg", 502, "ECONNREFUSED"),
        ("short.jpg", 502, "ECONNREFUSED"),
        ("endless.jpg", 400, "ELIMIT"),
        ("silent.jpg", 504, "ETIMEDOUT"),
    ] {
        let response = darkroom.get(&format!("/tr:w-9/{path}")).await;
        assert_eq!(response.status(), status, "{path}: {:?}", response.headers().get("ik-error"));
        assert!(
            response.headers()["ik-error"].to_str().unwrap().starts_with(code),
            "{path}: {:?}",
            response.headers()["ik-error"]
        );
        assert_eq!(response.headers()["cache-control"], "no-store");
    }
    let words = darkroom.get("/tr:w-9/words.jpg").await;
    assert!(
        words
            .headers()
            .get("content-security-policy")
            .is_some_and(|policy| policy.to_str().unwrap().contains("sandbox")),
        "{words:?}"
    );
    assert_eq!(darkroom.get("/tr:w-9/photo.jpg").await.status(), 200, "and it goes on");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn private_addresses_are_not_dialled() {
    let darkroom = Darkroom::start_with(Transport::InProcess, &[("DARKROOM_ALLOW_PRIVATE_ORIGINS", "false")]).await;
    let (url, seen) = serve().await;
    let port = url.rsplit(':').next().unwrap();
    for host in ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"] {
        let origin = json!({"name": "web", "type": "WEB_FOLDER", "baseUrl": format!("http://{host}:{port}")});
        let (status, body) = darkroom.manage(Method::POST, "/v1/accounts/origins", Some(origin)).await;
        if status == 201 {
            let endpoint = json!({"description": "x", "origins": [body["id"]]});
            darkroom.manage(Method::PUT, "/v1/accounts/url-endpoints/default", Some(endpoint)).await;
            assert_eq!(darkroom.get("/tr:w-9/photo.jpg").await.status(), 502, "{host}");
        } else {
            assert_eq!(status, 400, "{host}: {body}");
        }
    }
    assert_eq!(seen.take(), Vec::<String>::new(), "not one connection");
}
