//! What outlives a process: the registry through a kill, renditions through a stop.

use crate::{
    darkroom::{Darkroom, Transport},
    pictures::folder,
};
use reqwest::Method;
use serde_json::json;

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
async fn a_changed_source_is_noticed_and_a_lost_origin_is_bridged() {
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
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    let key = key_in(&darkroom.output()).expect("a key");
    let url = format!("{}/v1/accounts/origins", darkroom.admin);
    let response = darkroom.http.get(&url).basic_auth(&key, Some("")).send().await.unwrap();
    assert_eq!(response.status(), 200);
    let data = darkroom.terminate();

    let darkroom = start(data).await;
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(key_in(&darkroom.output()), None, "never again");
    let url = format!("{}/v1/accounts/origins", darkroom.admin);
    assert_eq!(darkroom.http.get(&url).basic_auth(&key, Some("")).send().await.unwrap().status(), 200);
    let mode = std::os::unix::fs::PermissionsExt::mode(
        &std::fs::metadata(darkroom.data.path().join("master.key")).unwrap().permissions(),
    );
    assert_eq!(mode & 0o777, 0o600);
    _ = json!(null);
}
