//! What outlives a process: the registry through a kill, renditions through a stop.

use crate::{
    darkroom::{Darkroom, Transport},
    pictures::{encoded, folder, quarters},
};
use reqwest::Method;
use serde_json::json;
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_outlives_a_kill() {
    let pictures = folder();
    let mut data = tempfile::tempdir().unwrap();
    let mut origins = Vec::new();
    for round in 0..5 {
        let darkroom = Darkroom::start_in(data, Transport::InProcess, &[]).await;
        let (_, list) = darkroom.manage(Method::GET, "/v1/accounts/origins", None).await;
        let found: Vec<&str> = list.as_array().unwrap().iter().map(|origin| origin["id"].as_str().unwrap()).collect();
        assert_eq!(found, origins, "round {round}");
        for _ in 0..3 {
            origins.push(darkroom.folder(pictures.path()).await);
        }
        data = darkroom.kill();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn renditions_outlive_a_stop() {
    let pictures = folder();
    let settings = [("DARKROOM_CACHE_MEMORY", "1MiB"), ("DARKROOM_CACHE_DISK", "64MiB")];
    let darkroom = Darkroom::start_in(tempfile::tempdir().unwrap(), Transport::InProcess, &settings).await;
    darkroom.folder(pictures.path()).await;
    let paths: Vec<String> = (0..12).map(|index| format!("/tr:w-{},f-png/photo.jpg", 300 + index)).collect();
    let mut bodies = Vec::new();
    for path in &paths {
        bodies.push(darkroom.get(path).await.bytes().await.unwrap());
    }
    let data = darkroom.terminate();

    let darkroom = Darkroom::start_in(data, Transport::InProcess, &settings).await;
    let mut hits = 0;
    for (path, body) in paths.iter().zip(&bodies) {
        let response = darkroom.get(path).await;
        hits += u32::from(response.headers()["server-timing"].to_str().unwrap().to_lowercase().contains("hit"));
        assert_eq!(response.bytes().await.unwrap(), body);
    }
    assert!(hits >= 10, "{hits} of {} came from the disk", paths.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_changed_source_is_noticed() {
    let pictures = folder();
    let settings = [("DARKROOM_CACHE_REVALIDATE", "0")];
    let darkroom = Darkroom::start_with(Transport::InProcess, &settings).await;
    darkroom.folder(pictures.path()).await;
    let first = darkroom.get("/tr:w-10,f-png/photo.jpg").await;
    let etag = first.headers()["etag"].clone();
    assert_eq!(darkroom.get("/tr:w-10,f-png/photo.jpg").await.headers()["etag"], etag, "revalidated");

    let other = crate::pictures::encoded(&crate::pictures::quarters(400, 400, false), "jpg");
    crate::pictures::write(&pictures.path().join("photo.jpg"), &other);
    let changed = darkroom.get("/tr:w-10,f-png/photo.jpg").await;
    assert_ne!(changed.headers()["etag"], etag);
    assert_eq!(crate::pictures::facts(&changed.bytes().await.unwrap()), (10, 10, "image/png"));

    std::fs::remove_file(pictures.path().join("photo.jpg")).unwrap();
    assert_eq!(darkroom.get("/tr:w-10,f-png/photo.jpg").await.status(), 404, "what is gone is gone");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_key_is_made_and_shown_once() {
    let data = tempfile::tempdir().unwrap();
    let start = |data| Darkroom::start_in(data, Transport::InProcess, &[("DARKROOM_PRIVATE_KEY", "")]);
    let key_in = |output: &[u8]| {
        let text = String::from_utf8_lossy(output).into_owned();
        text.lines().find_map(|line| line.trim().strip_prefix("access key").map(|key| key.trim().to_owned()))
    };
    let darkroom = start(data).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let key = key_in(&darkroom.output()).expect("a key");
    let url = format!("{}/v1/accounts/origins", darkroom.admin);
    let response = darkroom.http.get(&url).basic_auth(&key, Some("")).send().await.unwrap();
    assert_eq!(response.status(), 200);
    let data = darkroom.terminate();

    let darkroom = start(data).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(key_in(&darkroom.output()), None, "never again");
    let url = format!("{}/v1/accounts/origins", darkroom.admin);
    assert_eq!(darkroom.http.get(&url).basic_auth(&key, Some("")).send().await.unwrap().status(), 200);
    let mode = std::os::unix::fs::PermissionsExt::mode(
        &std::fs::metadata(darkroom.data.path().join("master.key")).unwrap().permissions(),
    );
    assert_eq!(mode & 0o777, 0o600);
}

/// A web server whose answers a test chooses: a status, after a pause.
async fn moody() -> (String, Arc<Mutex<(u16, Duration)>>) {
    let mood = Arc::new(Mutex::new((200, Duration::ZERO)));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (photo, chosen) = (encoded(&quarters(80, 60, false), "jpg"), Arc::clone(&mood));
    let app = axum::Router::new().fallback(move || {
        let (photo, (status, pause)) = (photo.clone(), *chosen.lock().unwrap());
        async move {
            tokio::time::sleep(pause).await;
            (http::StatusCode::from_u16(status).unwrap(), [("content-type", "image/jpeg")], photo)
        }
    });
    tokio::spawn(async move { axum::serve(listener, app).await });
    (url, mood)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_origin_in_trouble_is_bridged_and_a_deletion_is_not() {
    let darkroom = Darkroom::start_with(Transport::InProcess, &[("DARKROOM_CACHE_REVALIDATE", "0")]).await;
    let (url, mood) = moody().await;
    darkroom.origin(json!({"name": "web", "type": "WEB_FOLDER", "baseUrl": url})).await;
    let get = async || darkroom.get("/tr:w-10,f-png/photo.jpg").await;
    assert_eq!(get().await.status(), 200);

    mood.lock().unwrap().0 = 500;
    let bridged = get().await;
    assert_eq!(bridged.status(), 200, "better an old picture than none");
    assert!(bridged.headers()["warning"].to_str().unwrap().contains("stale"));
    assert!(bridged.headers()["cache-control"].to_str().unwrap().contains("max-age=10,"));

    // An origin that hangs costs one visitor its time, and not each.
    *mood.lock().unwrap() = (200, Duration::from_mins(1));
    assert_eq!(get().await.status(), 200);

    for status in [403, 404] {
        let path = format!("/tr:w-10,f-png/{status}.jpg");
        *mood.lock().unwrap() = (200, Duration::ZERO);
        assert_eq!(darkroom.get(&path).await.status(), 200);
        mood.lock().unwrap().0 = status;
        let gone = darkroom.get(&path).await.status().as_u16();
        assert_eq!(gone, if status == 404 { 404 } else { 502 }, "what is gone or closed is so at once");
        mood.lock().unwrap().0 = 500;
        assert_ne!(darkroom.get(&path).await.status(), 200, "and does not come back when the origin fails later");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_under_way_is_finished_and_told_of() {
    let darkroom = Darkroom::start(Transport::InProcess).await;
    let (url, mood) = moody().await;
    darkroom.origin(json!({"name": "web", "type": "WEB_FOLDER", "baseUrl": url})).await;
    mood.lock().unwrap().1 = Duration::from_secs(2);
    let (http, ready, photo) = (
        darkroom.http.clone(),
        format!("{}/readyz", darkroom.admin),
        format!("{}/tr:w-10/photo.jpg", darkroom.delivery),
    );
    let slow = tokio::spawn({
        let http = http.clone();
        async move { http.get(photo).send().await.unwrap().status() }
    });
    tokio::time::sleep(Duration::from_millis(500)).await;
    let stopping = tokio::task::spawn_blocking(move || darkroom.terminate());
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(http.get(ready).send().await.unwrap().status(), 503, "draining is told");
    assert_eq!(slow.await.unwrap(), 200, "what was under way is finished");
    stopping.await.unwrap();
}
