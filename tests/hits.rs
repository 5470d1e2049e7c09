//! Hits: what was delivered once comes from the cache, and what stands behind a URL now is never what stood there
//! before. Each URL is asked until it is a hit, because a hit takes a shorter way.

use crate::{
    darkroom::{Darkroom, KEY},
    on_both_transports,
    pictures::{colour_at, encoded, facts, folder, is_near, write},
};
use image::{Rgba, RgbaImage};
use reqwest::{Method, Response};
use serde_json::json;
use std::path::Path;

on_both_transports! {
    a_hit_says_what_the_first_answer_said
    what_a_client_takes_is_not_given_to_another
    a_change_of_origins_is_seen_at_once
    a_restriction_is_seen_at_once
    each_host_has_its_own
    a_signature_expires_for_hits_too
    a_failure_is_not_remembered_as_an_image
}

fn field(response: &Response, name: &str) -> String {
    response.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
}

/// Asks until it is a hit, twice.
async fn hit(darkroom: &Darkroom, path: &str, fields: &[(&str, &str)]) -> Response {
    for _ in 0..2 {
        let response = darkroom.get_with(path, fields).await;
        assert_eq!(response.status(), 200, "{path}: {}", field(&response, "ik-error"));
        response.bytes().await.unwrap();
    }
    let response = darkroom.get_with(path, fields).await;
    assert_eq!((response.status().as_u16(), field(&response, "x-cache").as_str()), (200, "HIT"), "{path}");
    response
}

/// A folder with a picture of one colour, `photo.jpg`.
fn folder_of(colour: [u8; 4]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let picture = RgbaImage::from_pixel(64, 64, Rgba(colour));
    write(&folder.path().join("photo.jpg"), &encoded(&picture, "jpg"));
    folder
}

async fn a_hit_says_what_the_first_answer_said(darkroom: &Darkroom) {
    let pictures = folder();
    darkroom.folder(pictures.path()).await;
    for path in ["/tr:w-50/photo.jpg", "/photo.jpg?tr=w-50,f-png&v=1&ik-attachment=true", "/tr:orig-true/photo.jpg"] {
        let first = darkroom.get(path).await;
        let again = hit(darkroom, path, &[]).await;
        for name in [
            "content-type",
            "content-length",
            "content-disposition",
            "etag",
            "cache-control",
            "last-modified",
            "vary",
            "x-content-type-options",
            "access-control-allow-origin",
        ] {
            assert_eq!(field(&first, name), field(&again, name), "{path} {name}");
        }
        assert_ne!(field(&first, "request-id"), field(&again, "request-id"));
        assert!(field(&again, "server-timing").starts_with("cache;dur="), "{}", field(&again, "server-timing"));
        let etag = field(&again, "etag");
        assert_eq!(first.bytes().await.unwrap(), again.bytes().await.unwrap(), "{path}");

        let unchanged = darkroom.get_with(path, &[("if-none-match", &etag)]).await;
        assert_eq!((unchanged.status().as_u16(), field(&unchanged, "x-cache").as_str()), (304, "HIT"));
        assert!(unchanged.bytes().await.unwrap().is_empty());
        let changed = darkroom.get_with(path, &[("if-none-match", "\"another\"")]).await;
        assert_eq!(changed.status(), 200);
        let head = darkroom.http.head(format!("{}{path}", darkroom.delivery)).send().await.unwrap();
        assert_eq!((head.status().as_u16(), field(&head, "etag")), (200, etag));
        assert_eq!(field(&head, "x-cache"), "HIT");
        assert!(head.bytes().await.unwrap().is_empty());
    }
}

async fn what_a_client_takes_is_not_given_to_another(darkroom: &Darkroom) {
    let pictures = folder();
    darkroom.folder(pictures.path()).await;
    for _ in 0..2 {
        for (accept, expected) in [("", "image/jpeg"), ("image/webp", "image/webp"), ("image/avif", "image/avif")] {
            let response = hit(darkroom, "/tr:w-50/photo.jpg", &[("accept", accept)]).await;
            assert_eq!(
                (field(&response, "content-type").as_str(), field(&response, "vary").as_str()),
                (expected, "Accept")
            );
            assert_eq!(facts(&response.bytes().await.unwrap()).2, expected);
        }
    }
    for (width, expected) in [("40", 40), ("80", 80), ("40", 40)] {
        let response = hit(darkroom, "/tr:w-auto/photo.jpg", &[("sec-ch-width", width)]).await;
        assert_eq!(facts(&response.bytes().await.unwrap()).0, expected);
    }
}

async fn a_change_of_origins_is_seen_at_once(darkroom: &Darkroom) {
    let (red, blue) = (folder_of([220, 20, 20, 255]), folder_of([20, 20, 220, 255]));
    let (of_red, of_blue) = (darkroom.folder(red.path()).await, darkroom.folder(blue.path()).await);
    let endpoint = |origin: &str| json!({"description": "c", "urlPrefix": "c", "origins": [origin]});
    let id = darkroom.url_endpoint(endpoint(&of_red)).await;
    let is = async |colour: [u8; 3]| {
        let image = darkroom.get("/c/tr:w-16/photo.jpg").await.bytes().await.unwrap();
        is_near(colour_at(&image, 0.5, 0.5), colour)
    };
    hit(darkroom, "/c/tr:w-16/photo.jpg", &[]).await;
    assert!(is([220, 20, 20]).await);
    let path = format!("/v1/accounts/url-endpoints/{id}");
    for (origin, colour) in [(&of_blue, [20, 20, 220]), (&of_red, [220, 20, 20]), (&of_blue, [20, 20, 220])] {
        let (status, body) = darkroom.manage(Method::PUT, &path, Some(endpoint(origin))).await;
        assert_eq!(status, 200, "{body}");
        assert!(is(colour).await, "the first answer after the change");
        hit(darkroom, "/c/tr:w-16/photo.jpg", &[]).await;
        assert!(is(colour).await, "and a hit");
    }
    // The origin itself leads elsewhere.
    let moved = json!({"name": "folder", "type": "FOLDER", "path": red.path() as &Path});
    let (status, body) = darkroom.manage(Method::PUT, &format!("/v1/accounts/origins/{of_blue}"), Some(moved)).await;
    assert_eq!(status, 200, "{body}");
    assert!(is([220, 20, 20]).await);
    let (status, body) = darkroom.manage(Method::DELETE, &path, None).await;
    assert_eq!(status, 204, "{body}");
    assert_eq!(darkroom.get("/c/tr:w-16/photo.jpg").await.status(), 404);
}

async fn a_restriction_is_seen_at_once(darkroom: &Darkroom) {
    let pictures = folder();
    let origin = darkroom.folder(pictures.path()).await;
    let endpoint = |unsigned: bool, unnamed: bool| {
        json!({"description": "r", "urlPrefix": "r", "origins": [origin],
               "restrictUnsigned": unsigned, "restrictUnnamed": unnamed})
    };
    let id = darkroom.url_endpoint(endpoint(false, false)).await;
    let path = format!("/v1/accounts/url-endpoints/{id}");
    for (unsigned, unnamed, expected) in [(true, false, 401), (false, true, 400)] {
        hit(darkroom, "/r/tr:w-50/photo.jpg", &[]).await;
        darkroom.manage(Method::PUT, &path, Some(endpoint(unsigned, unnamed))).await;
        assert_eq!(darkroom.get("/r/tr:w-50/photo.jpg").await.status(), expected);
        darkroom.manage(Method::PUT, &path, Some(endpoint(false, false))).await;
    }
}

async fn each_host_has_its_own(darkroom: &Darkroom) {
    let (red, blue) = (folder_of([220, 20, 20, 255]), folder_of([20, 20, 220, 255]));
    for (name, pictures) in [("red", &red), ("blue", &blue)] {
        let origin = darkroom.folder(pictures.path()).await;
        let host = format!("{name}.example");
        darkroom
            .url_endpoint(json!({"description": name, "urlPrefix": name, "origins": [origin], "hosts": [host]}))
            .await;
    }
    for _ in 0..2 {
        for (host, colour) in [("red.example", [220, 20, 20]), ("blue.example", [20, 20, 220])] {
            let image = hit(darkroom, "/photo.jpg", &[("host", host)]).await.bytes().await.unwrap();
            assert!(is_near(colour_at(&image, 0.5, 0.5), colour), "{host}");
        }
    }
}

async fn a_signature_expires_for_hits_too(darkroom: &Darkroom) {
    let pictures = folder();
    let origin = darkroom.folder(pictures.path()).await;
    darkroom
        .url_endpoint(json!({"description": "s", "urlPrefix": "s", "origins": [origin], "restrictUnsigned": true}))
        .await;
    let now = || i64::try_from(std::time::UNIX_EPOCH.elapsed().unwrap().as_secs()).unwrap();
    let signed = |expiry: i64| {
        let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, KEY.as_bytes());
        let signature = hex::encode(aws_lc_rs::hmac::sign(&key, format!("photo.jpg{expiry}").as_bytes()));
        format!("/s/photo.jpg?ik-t={expiry}&ik-s={signature}")
    };
    // The rendition is made under another signature, so that the one that expires is used for hits alone.
    hit(darkroom, &signed(now() + 3600), &[]).await;
    let expiry = now() + 3;
    let target = signed(expiry);
    hit(darkroom, &target, &[]).await;
    while now() <= expiry {
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    let response = darkroom.get(&target).await;
    assert_eq!(response.status(), 401);
    assert!(field(&response, "ik-error").starts_with("SIGNATURE_EXPIRED"));
}

async fn a_failure_is_not_remembered_as_an_image(darkroom: &Darkroom) {
    let pictures = folder();
    darkroom.folder(pictures.path()).await;
    write(&pictures.path().join("broken.jpg"), b"no image at all");
    for _ in 0..3 {
        assert_eq!(darkroom.get("/tr:w-5/broken.jpg").await.status(), 400);
        assert_eq!(darkroom.get("/tr:w-5/none.jpg").await.status(), 404);
        assert_eq!(darkroom.get("/tr:w-x/photo.jpg").await.status(), 400);
    }
}

/// The same with the disk tier alone.
mod from_disk {
    use super::*;
    use crate::darkroom::Transport;

    async fn without_memory() -> Darkroom {
        Darkroom::start_with(Transport::InProcess, &[("DARKROOM_CACHE_MEMORY", "0")]).await
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_hit_says_what_the_first_answer_said() {
        super::a_hit_says_what_the_first_answer_said(&without_memory().await).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_change_of_origins_is_seen_at_once() {
        super::a_change_of_origins_is_seen_at_once(&without_memory().await).await;
    }
}
