//! Signed URLs: made over gRPC, checked on delivery, explained.

use crate::{
    darkroom::{Darkroom, KEY},
    on_both_transports,
    pictures::folder,
};
use darkroom_api::v1::{
    DeliveryUrl, ExplainDeliveryRequest, SignUrlsRequest, SignatureCheck, SignatureState,
    image_service_client::ImageServiceClient,
};
use serde_json::json;
use tonic::Code;
use tonic_types::StatusExt;

on_both_transports! {
    what_is_signed_is_delivered_and_nothing_else
    what_cannot_be_signed_is_named
    expiries
    explanations_tell_what_should_have_been_signed
}

/// A Darkroom with an endpoint `signed` that demands signatures.
async fn restricted(darkroom: &Darkroom) -> tempfile::TempDir {
    let pictures = folder();
    let origin = darkroom.folder(pictures.path()).await;
    let endpoint = json!({"description": "s", "urlPrefix": "signed", "origins": [origin], "restrictUnsigned": true});
    darkroom.url_endpoint(endpoint).await;
    pictures
}

async fn sign(darkroom: &Darkroom, urls: &[String], expire_seconds: Option<i64>) -> Result<Vec<String>, tonic::Status> {
    let expire_time = expire_seconds.map(|seconds| prost_types::Timestamp { seconds, nanos: 0 });
    let mut client = ImageServiceClient::new(darkroom.channel().await);
    client.sign_urls(SignUrlsRequest { urls: urls.to_vec(), expire_time }).await.map(|answer| answer.into_inner().urls)
}

/// As a client would that knows nothing of Darkroom.
fn signature(text: &str) -> String {
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, KEY.as_bytes());
    hex::encode(aws_lc_rs::hmac::sign(&key, text.as_bytes()))
}

fn now() -> i64 {
    i64::try_from(std::time::UNIX_EPOCH.elapsed().unwrap().as_secs()).unwrap()
}

async fn what_is_signed_is_delivered_and_nothing_else(darkroom: &Darkroom) {
    let _pictures = restricted(darkroom).await;
    let urls = [
        "/signed/photo.jpg",
        "/signed/tr:w-9,h-9:rt-90/photo.jpg",
        "/signed/photo.jpg?tr=w-9&v=2",
        "/signed/photo.jpg?b=2&a=1",
        "/signed/deep/in%20side/100%25%20é.jpg",
        "/signed/ik-seo/tr:w-9/photo/a-red-cat.jpg",
        "/signed/photo.jpg/ik-thumbnail.jpg",
        "/signed/photo.jpg?ik-attachment=true&ik-s=0000&ik-t=5",
    ]
    .map(|path| format!("{}{path}", darkroom.delivery));
    let signed = sign(darkroom, &urls, None).await.unwrap();
    assert_eq!(signed.len(), urls.len());
    for (url, signed) in urls.iter().zip(&signed) {
        let target = signed.strip_prefix(&darkroom.delivery).unwrap();
        let response = darkroom.get(target).await;
        assert_eq!(response.status(), 200, "{signed}: {:?}", response.headers().get("ik-error"));
        for other in
            [target.replace("/signed/", "/signed//"), format!("{target}&x=1"), target.replacen("jpg", "jpeg", 1)]
        {
            assert_eq!(darkroom.get(&other).await.status(), 401, "{other}");
        }
        let unsigned = url.strip_prefix(&darkroom.delivery).unwrap().split("&ik-s").next().unwrap();
        assert_eq!(darkroom.get(unsigned).await.status(), 401, "{unsigned}");
    }
    assert!(signed[1].ends_with(&format!("?ik-s={}", signature("tr:w-9,h-9:rt-90/photo.jpg9999999999"))));
    // Checked before anything is parsed or fetched.
    let response = darkroom.get("/signed/tr:w-abc/none.jpg?ik-s=00").await;
    assert!(response.headers()["ik-error"].to_str().unwrap().starts_with("SIGNATURE_INVALID"));
}

async fn what_cannot_be_signed_is_named(darkroom: &Darkroom) {
    let good = || "https://img.example.com/a.jpg".to_owned();
    for (urls, field) in [
        (vec![], "urls"),
        (vec![good(); 1001], "urls"),
        (vec![good(), "/a.jpg".into()], "urls[1]"),
        (vec!["ftp://h/a.jpg".into()], "urls[0]"),
        (vec![good(), good(), "https://h/%zz.jpg".into()], "urls[2]"),
    ] {
        let status = sign(darkroom, &urls, None).await.unwrap_err();
        assert_eq!(status.code(), Code::InvalidArgument);
        assert_eq!(status.get_details_bad_request().unwrap().field_violations[0].field, field);
    }
    assert_eq!(sign(darkroom, &vec![good(); 1000], None).await.unwrap().len(), 1000);
    for seconds in [0, now() - 1, 10_000_000_000] {
        let status = sign(darkroom, &[good()], Some(seconds)).await.unwrap_err();
        assert_eq!(status.get_details_bad_request().unwrap().field_violations[0].field, "expire_time", "{seconds}");
    }
}

async fn expiries(darkroom: &Darkroom) {
    let _pictures = restricted(darkroom).await;
    let later = now() + 3600;
    let signed = sign(darkroom, &[format!("{}/signed/photo.jpg", darkroom.delivery)], Some(later)).await.unwrap();
    let target = signed[0].strip_prefix(&darkroom.delivery).unwrap();
    assert!(target.contains(&format!("?ik-t={later}&ik-s=")), "{target}");
    assert_eq!(darkroom.get(target).await.status(), 200);
    let prolonged = target.replace(&later.to_string(), &(later + 1).to_string());
    assert_eq!(darkroom.get(&prolonged).await.status(), 401);
    let earlier = now() - 10;
    let expired = format!("/signed/photo.jpg?ik-t={earlier}&ik-s={}", signature(&format!("photo.jpg{earlier}")));
    let response = darkroom.get(&expired).await;
    assert_eq!(response.status(), 401);
    assert!(response.headers()["ik-error"].to_str().unwrap().starts_with("SIGNATURE_EXPIRED"));
}

async fn explanations_tell_what_should_have_been_signed(darkroom: &Darkroom) {
    let _pictures = restricted(darkroom).await;
    let mut client = ImageServiceClient::new(darkroom.channel().await);
    let mut explain = async |target: String| -> SignatureCheck {
        let delivery_url = Some(DeliveryUrl { host: String::new(), target });
        let answer = client.explain_delivery(ExplainDeliveryRequest { delivery_url, ..Default::default() }).await;
        let answer = answer.unwrap().into_inner();
        assert!(!format!("{answer:?}").contains(KEY));
        answer.signature.unwrap()
    };
    let told = explain("/signed/tr:w-9/photo.jpg?v=1".into()).await;
    assert_eq!((told.state(), told.required), (SignatureState::Missing, true));
    assert_eq!(told.signed_text, "tr:w-9/photo.jpg?v=19999999999");
    let right = signature(&told.signed_text);
    let told = explain(format!("/signed/tr:w-9/photo.jpg?v=1&ik-s={right}")).await;
    assert_eq!((told.state(), told.expire_time), (SignatureState::Valid, None));
    let told = explain(format!("/signed/tr:w-9/photo.jpg?v=2&ik-s={right}")).await;
    assert_eq!(told.state(), SignatureState::Invalid);
    let told = explain(format!("/signed/photo.jpg?ik-t=1000&ik-s={}", signature("photo.jpg1000"))).await;
    assert_eq!((told.state(), told.expire_time.unwrap().seconds), (SignatureState::Expired, 1000));
    let told = explain("/photo.jpg".into()).await;
    assert_eq!((told.state(), told.required), (SignatureState::Missing, false));
}
