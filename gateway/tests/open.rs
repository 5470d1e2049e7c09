//! What the admin address answers without a key.

use crate::{
    fakes::{FakeImages, rendition, run},
    wire::ask,
};
use darkroom_gateway::Config;
use std::sync::atomic::Ordering;

#[tokio::test]
async fn operators_and_their_machines_get_what_they_need() {
    let running = run(Config::default(), FakeImages::of(rendition())).await;
    let get = |path: &'static str| async move { ask(running.admin, &format!("GET {path} HTTP/1.1"), b"").await };
    assert_eq!(get("/healthz").await.status, 200);
    assert_eq!(get("/readyz").await.status, 200);
    running.is_ready.store(false, Ordering::Relaxed);
    assert_eq!((get("/healthz").await.status, get("/readyz").await.status), (200, 503));
    running.is_ready.store(true, Ordering::Relaxed);
    running.gateway.drain();
    assert_eq!((get("/healthz").await.status, get("/readyz").await.status), (200, 503));
    let metrics = get("/metrics").await;
    assert_eq!((metrics.status, metrics.text().as_str()), (200, "darkroom_up 1\n"));
    assert!(metrics.field("content-type").starts_with("text/plain; version=0.0.4"));
    assert_eq!(get("/openapi.json").await.json()["openapi"], "3.1.0");
    let page = get("/").await;
    assert_eq!((page.status, page.field("content-type")), (200, "text/html; charset=utf-8"));
    assert!(
        page.text().contains(env!("CARGO_PKG_VERSION")) && page.field("content-security-policy").contains("'none'")
    );
    assert_eq!(get("/nothing").await.status, 404);
}
