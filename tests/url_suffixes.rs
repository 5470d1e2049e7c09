//! `ik-seo`, `ik-thumbnail.jpg`, `ik-attachment`.

use crate::{
    darkroom::Darkroom,
    on_both_transports,
    pictures::{colour_at, facts, folder, is_near},
};
use serde_json::json;

on_both_transports! {
    a_name_for_search_engines
    a_still_of_an_animation
    a_file_to_save
}

async fn a_name_for_search_engines(darkroom: &Darkroom) {
    let pictures = folder();
    let origin = darkroom.folder(pictures.path()).await;
    darkroom.url_endpoint(json!({"description": "s", "urlPrefix": "shop", "origins": [origin]})).await;
    for (path, width) in [
        ("/ik-seo/photo/a-red-cat.jpg", 800),
        ("/ik-seo/tr:w-90/photo/a-red-cat.jpg", 90),
        ("/ik-seo/photo/a-red-cat.jpg?tr=w-80", 80),
        ("/shop/ik-seo/tr:w-70/deep/in%20side/100%25%20%C3%A9/cat.jpg", 70),
    ] {
        let response = darkroom.get(path).await;
        assert_eq!(response.status(), 200, "{path}");
        assert_eq!(facts(&response.bytes().await.unwrap()).0, width, "{path}");
    }
    assert_eq!(darkroom.get("/ik-seo/photo/cat.png").await.status(), 404, "the extension is that of the image");
    let wrong = darkroom.get("/ik-seo/photo.jpg").await;
    assert_eq!(wrong.status(), 400);
    assert!(wrong.text().await.unwrap().contains("ik-seo/photos/cat/a-red-cat.jpg"));
}

/// Two frames of 2 × 1 pixels, the first one red, the second one green. Written by hand: no encoder is at hand here.
const ANIMATION: &[u8] = b"GIF89a\x02\x00\x01\x00\x80\x00\x00\xff\x00\x00\x00\xff\x00\
    \x21\xff\x0bNETSCAPE2.0\x03\x01\x00\x00\x00\
    \x21\xf9\x04\x00\x0a\x00\x00\x00\x2c\x00\x00\x00\x00\x02\x00\x01\x00\x00\x02\x02\x04\x0a\x00\
    \x21\xf9\x04\x00\x0a\x00\x00\x00\x2c\x00\x00\x00\x00\x02\x00\x01\x00\x00\x02\x02\x4c\x0a\x00\
    \x3b";

async fn a_still_of_an_animation(darkroom: &Darkroom) {
    let pictures = folder();
    std::fs::write(pictures.path().join("clip.gif"), ANIMATION).unwrap();
    darkroom.folder(pictures.path()).await;
    let animated = darkroom.get("/clip.gif").await;
    assert_eq!(animated.headers()["content-type"], "image/gif");
    for accept in ["", "image/webp", "image/avif,image/webp"] {
        let still = darkroom.get_with("/clip.gif/ik-thumbnail.jpg", &[("accept", accept)]).await;
        assert_eq!((still.status().as_u16(), &still.headers()["content-type"]), (200, &"image/jpeg".parse().unwrap()));
        assert!(still.headers()["content-disposition"].to_str().unwrap().contains("clip.jpg"));
        let still = still.bytes().await.unwrap();
        assert_eq!(facts(&still), (2, 1, "image/jpeg"));
        assert!(is_near(colour_at(&still, 0.5, 0.5), [255, 0, 0]), "the first frame");
    }
    for (path, expected) in [
        ("/tr:w-8/clip.gif/ik-thumbnail.jpg", (8, 4, "image/jpeg")),
        ("/clip.gif/tr:w-8,f-png/ik-thumbnail.jpg", (8, 4, "image/png")),
        ("/drawing.svg/ik-thumbnail.jpg", (40, 20, "image/jpeg")),
        ("/photo.jpg/ik-thumbnail.jpg?tr=w-8", (8, 6, "image/jpeg")),
        ("/logo.png/ik-thumbnail.jpg", (200, 100, "image/jpeg")),
    ] {
        let response = darkroom.get(path).await;
        assert_eq!(response.status(), 200, "{path}");
        assert_eq!(facts(&response.bytes().await.unwrap()), expected, "{path}");
    }
    let none = darkroom.get("/notes.txt/ik-thumbnail.jpg").await;
    assert_eq!(none.status(), 400);
    assert!(none.headers()["ik-error"].to_str().unwrap().starts_with("EIMAGE"));
}

async fn a_file_to_save(darkroom: &Darkroom) {
    let pictures = folder();
    darkroom.folder(pictures.path()).await;
    for (path, accept, expected) in [
        ("/photo.jpg", "", "inline; filename=\"photo.jpg\""),
        ("/photo.jpg?ik-attachment=true", "", "attachment; filename=\"photo.jpg\""),
        ("/photo.jpg?ik-attachment=true", "image/webp", "attachment; filename=\"photo.webp\""),
        (
            "/photo.jpg?tr=w-9&ik-attachment=true&ik-attachment-filename=My%20cat",
            "",
            "attachment; filename=\"My cat.jpg\"",
        ),
        ("/photo.jpg?ik-attachment-filename=cat&ik-attachment=false", "", "inline; filename=\"cat.jpg\""),
        ("/ik-seo/photo/red.jpg?ik-attachment=true", "", "attachment; filename=\"red.jpg\""),
    ] {
        let response = darkroom.get_with(path, &[("accept", accept)]).await;
        assert_eq!(response.status(), 200, "{path}");
        assert_eq!(response.headers()["content-disposition"], expected, "{path} {accept}");
    }
}
