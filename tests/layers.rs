//! Layers, conditions, client hints and default images: what a browser gets.

use crate::{
    darkroom::Darkroom,
    on_both_transports,
    pictures::{colour_at, encoded, facts, folder, is_near, quarters},
};

on_both_transports! {
    a_logo_lies_on_a_photo
    a_missing_overlay_is_not_dropped
    layers_may_not_bring_everything_along
    a_chain_is_chosen_by_size
    client_hints_choose_the_size
    a_url_names_its_default_image
    layers_reach_sources_of_endpoints_alone
}

const GREEN: [u8; 3] = [30, 200, 30];

async fn a_logo_lies_on_a_photo(darkroom: &Darkroom) {
    let pictures = folder();
    std::fs::create_dir(pictures.path().join("marks")).unwrap();
    std::fs::write(pictures.path().join("marks/green.png"), encoded(&quarters(2, 2, false), "png")).unwrap();
    darkroom.folder(pictures.path()).await;
    let layer = "l-image,i-marks@@green.png,w-40,h-40,lfo-bottom_right,l-end";
    let path = format!("/tr:w-200,h-200,f-png,{layer}/photo.jpg");
    let response = darkroom.get(&path).await;
    assert_eq!(response.status(), 200, "{path}");
    let body = response.bytes().await.unwrap();
    assert_eq!(facts(&body), (200, 200, "image/png"));
    assert!(is_near(colour_at(&body, 0.95, 0.85), GREEN), "the mark's upper right quarter");
    assert!(is_near(colour_at(&body, 0.05, 0.95), [30, 30, 220]), "the photo's lower left");
    // The same over a query with raw slashes, which must share the entry.
    let query = format!("/photo.jpg?tr=w-200,h-200,f-png,{}", layer.replace("@@", "/"));
    let response = darkroom.get(&query).await;
    assert_eq!(response.headers()["x-cache"], "HIT", "{query}");
}

async fn a_missing_overlay_is_not_dropped(darkroom: &Darkroom) {
    let pictures = folder();
    darkroom.folder(pictures.path()).await;
    let response = darkroom.get("/tr:w-100,l-image,i-none.png,l-end,di-logo.png/photo.jpg").await;
    assert_eq!(response.status(), 404);
    let reason = response.headers()["ik-error"].to_str().unwrap().to_owned();
    assert!(reason.starts_with("ENOENT") && reason.contains("none.png"), "{reason}");
    // What is there and is no image is told too.
    std::fs::write(pictures.path().join("text.png"), "not a picture").unwrap();
    let response = darkroom.get("/tr:w-100,l-image,i-text.png,l-end/photo.jpg").await;
    assert!(response.headers()["ik-error"].to_str().unwrap().starts_with("EIMAGE"), "{:?}", response.headers());
    let response = darkroom.get("/tr:l-image,i-..%2F..%2Fetc%2Fpasswd,l-end/photo.jpg").await;
    assert_eq!(response.status(), 400, "a path that leaves its folder");
}

async fn layers_may_not_bring_everything_along(darkroom: &Darkroom) {
    let pictures = folder();
    darkroom.folder(pictures.path()).await;
    let names = ["a.png", "b.png", "c.png"];
    for name in names {
        std::fs::write(pictures.path().join(name), vec![0; 15 << 20]).unwrap();
    }
    let layers = names.map(|name| format!("l-image,i-{name},l-end")).join(",");
    let response = darkroom.get(&format!("/tr:w-100,{layers}/photo.jpg")).await;
    assert_eq!(response.status(), 400);
    let reason = response.headers()["ik-error"].to_str().unwrap().to_owned();
    assert!(reason.starts_with("ELIMIT - resource_bytes is limited to 41943040"), "{reason}");
}

async fn a_chain_is_chosen_by_size(darkroom: &Darkroom) {
    let pictures = folder();
    darkroom.folder(pictures.path()).await;
    for (condition, expected) in [("iw_gte_800", (50, 38)), ("iw_gt_800", (27, 20))] {
        let path = format!("/tr:if-{condition},w-50,if-else,h-ih_div_30,if-end/photo.jpg");
        let body = darkroom.get(&path).await.bytes().await.unwrap();
        assert_eq!((facts(&body).0, facts(&body).1), expected, "{path}");
    }
    let response = darkroom.get("/tr:w-iw_sub_800/photo.jpg").await;
    assert_eq!(response.status(), 400);
    assert!(response.text().await.unwrap().contains("iw = 800"), "the values that it saw");
}

async fn client_hints_choose_the_size(darkroom: &Darkroom) {
    let pictures = folder();
    darkroom.folder(pictures.path()).await;
    let hints = [("sec-ch-width", "212"), ("sec-ch-dpr", "2")];
    let response = darkroom.get_with("/tr:w-auto,dpr-auto/photo.jpg", &hints).await;
    assert_eq!(response.headers()["vary"], "Accept, Sec-CH-Width, Sec-CH-DPR");
    assert_eq!(response.headers()["content-dpr"], "2.83");
    assert_eq!(facts(&response.bytes().await.unwrap()).0, 300);
    let response = darkroom.get_with("/tr:w-100,dpr-auto/photo.jpg", &hints).await;
    assert_eq!(response.headers()["vary"], "Accept, Sec-CH-DPR");
    assert_eq!(facts(&response.bytes().await.unwrap()).0, 200);
    let response = darkroom.get("/tr:w-auto/photo.jpg").await;
    assert_eq!(response.headers()["vary"], "Accept, Sec-CH-Width");
    assert_eq!(facts(&response.bytes().await.unwrap()).0, 800, "no hint, no resize");
    let response = darkroom.get_with("/tr:w-100/photo.jpg", &hints).await;
    assert_eq!(response.headers()["vary"], "Accept");
}

async fn a_url_names_its_default_image(darkroom: &Darkroom) {
    let pictures = folder();
    darkroom.folder(pictures.path()).await;
    let response = darkroom.get("/tr:w-60,di-@@logo.png/none.jpg").await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["x-default-image"], "1");
    assert_eq!(facts(&response.bytes().await.unwrap()).0, 60);
    let response = darkroom.get("/tr:w-60,di-neither.png/none.jpg").await;
    assert_eq!(response.status(), 404);
    assert!(response.text().await.unwrap().contains("none.jpg"), "the path that was asked for");
}

async fn layers_reach_sources_of_endpoints_alone(darkroom: &Darkroom) {
    use darkroom_api::v1::{
        ImageSource, TransformImageRequest, image_service_client::ImageServiceClient, image_source::Source,
        transform_image_request::Steps,
    };
    let pictures = folder();
    darkroom.folder(pictures.path()).await;
    let request = TransformImageRequest {
        image: Some(ImageSource { source: Some(Source::Data(encoded(&quarters(9, 9, false), "png"))) }),
        steps: Some(Steps::Transformation("l-image,i-logo.png,l-end".into())),
        ..Default::default()
    };
    let error = ImageServiceClient::new(darkroom.channel().await).transform_image(request).await.unwrap_err();
    assert!(error.message().contains("logo.png"), "{error}");
}
