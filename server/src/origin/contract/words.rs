//! What a check says, and that credentials go where they should and are told nowhere.

use super::*;
use crate::{origin::CheckStep, secret::SecretString};
use http::header;

async fn check(subject: &Subject, key: Option<&str>) -> Vec<CheckStep> {
    let path = key.map(|key| subject.path(key));
    let steps = subject.clients.check(&subject.origin, path.as_ref()).await;
    assert!(!format!("{steps:?}").contains("canary"), "{steps:?}");
    steps
}

/// The steps by name, those that failed with a `!`.
fn outline(steps: &[CheckStep]) -> String {
    let names: Vec<_> =
        steps.iter().map(|step| format!("{}{}", step.step, if step.passed { "" } else { "!" })).collect();
    names.join(" ")
}

#[tokio::test]
async fn a_good_origin_passes_every_step() {
    for subject in Subject::all().await {
        let is_proxy = matches!(subject.origin.location, Location::WebProxy(_));
        let expected = if is_proxy { "configuration" } else { "configuration connection authentication" };
        assert_eq!(outline(&check(&subject, None).await), expected, "{}", subject.kind());
        let steps = check(&subject, Some("found")).await;
        assert_eq!(outline(&steps), format!("{expected} read"), "{}", subject.kind());
        let steps = check(&subject, Some("absent")).await;
        assert_eq!(outline(&steps), format!("{expected} read!"), "{}", subject.kind());
        assert!(steps.last().unwrap().message.contains("there is no image at"), "{steps:?}");
    }
}

#[tokio::test]
async fn wrong_settings_end_it() {
    let mut subject = Subject::gcs().await;
    subject.origin.location = Location::Gcs(gcs::Location::default());
    let steps = check(&subject, None).await;
    assert_eq!(outline(&steps), "configuration!");
    assert!(steps[0].message.starts_with("gcs.bucket: "), "{steps:?}");
}

#[tokio::test]
async fn nobody_there() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let location = web_folder::Location { base_url: base_url.clone(), forward_host_header: false };
    let steps = check(&Subject::new(Location::WebFolder(location), None), None).await;
    assert_eq!(outline(&steps), "configuration connection!");
    let expected = base_url.replace("http://", "the connection was refused at ");
    assert!(steps[1].message.starts_with(&expected), "{steps:?}");
    let location = folder::Location { path: "/absent/folder".to_owned() };
    let steps = check(&Subject::new(Location::Folder(location), None), None).await;
    assert!(steps[1].message.contains("there is no such folder"), "{steps:?}");
}

#[tokio::test]
async fn denial_says_what_to_do() {
    for (subject, words) in [
        (
            Subject::gcs().await,
            "the service account `reader@project.iam.gserviceaccount.com` may not read bucket `bucket`: grant it the role Storage Object Viewer (roles/storage.objectViewer)",
        ),
        (Subject::azure_blob().await, "account `account` does not take the SAS token (403 AccessDenied)"),
        (Subject::s3().await, "allow `s3:GetObject` on `arn:aws:s3:::bucket/*`"),
    ] {
        let steps = check(&subject, Some("denied")).await;
        assert!(steps.last().unwrap().message.contains(words), "{steps:?}");
        let steps = check(&subject, Some("no-bucket")).await;
        assert!(!steps.last().unwrap().passed, "{steps:?}");
    }
}

#[tokio::test]
async fn an_expired_token_is_refused_at_registration_and_named_at_check() {
    let mut subject = Subject::azure_blob().await;
    if let Location::AzureBlob(location) = &mut subject.origin.location {
        location.sas_token = SecretString::from("sr=c&sp=rw&se=2001-02-03&sig=canary");
        let warnings = location.warnings(jiff::Timestamp::now());
        assert_eq!(warnings.len(), 2, "{warnings:?}");
    }
    let steps = check(&subject, None).await;
    assert_eq!(outline(&steps), "configuration!");
    assert!(steps[0].message.contains("expired on 2001-02-03"), "{steps:?}");
    // What was registered before it expired is still asked for; the account has the last word.
    check_image(&subject, subject.fetch("found").await, "found");
}

#[tokio::test]
async fn credentials_go_where_they_should() {
    let (pem, public_key) = gcs::bearer::tests::key();
    let mut subject = Subject::gcs().await;
    if let Location::Gcs(location) = &mut subject.origin.location {
        location.private_key = pem.into();
    }
    check_image(&subject, subject.fetch("found").await, "found");
    let seen = subject.fake.as_ref().unwrap().seen().pop().unwrap();
    let bearer = seen.headers[header::AUTHORIZATION].to_str().unwrap().strip_prefix("Bearer ").unwrap();
    let (_, claims) = gcs::bearer::tests::verify(bearer, &public_key);
    assert_eq!(claims["scope"], "https://www.googleapis.com/auth/devstorage.read_only");

    let subject = Subject::azure_blob().await;
    check_image(&subject, subject.fetch("found").await, "found");
    let seen = subject.fake.as_ref().unwrap().seen().pop().unwrap();
    assert!(seen.query.contains("sig=canary%2B%3D"), "{}", seen.query);

    let subject = Subject::s3().await;
    check_image(&subject, subject.fetch("found").await, "found");
    let seen = subject.fake.as_ref().unwrap().seen().pop().unwrap();
    let signed = seen.headers[header::AUTHORIZATION].to_str().unwrap();
    assert!(signed.starts_with("AWS4-HMAC-SHA256 Credential=canary-access/"), "{signed}");
    assert!(signed.contains("/us-east-1/s3/aws4_request"), "{signed}");
}
