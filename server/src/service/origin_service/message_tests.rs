//! Every kind goes in and comes out without its secrets, and keeps them over an update.

use super::{super::mask::merge, *};
use serde_json::json;
use std::collections::BTreeMap;

const CANARY: &str = "canary-51c2";

fn now() -> Timestamp {
    "2030-01-01T00:00:00Z".parse().unwrap()
}

fn canary() -> String {
    CANARY.to_owned()
}

/// A message of every kind, with a canary in every secret.
fn arms() -> Vec<Arm> {
    vec![
        Arm::Gcs(v1::GcsLocation {
            bucket: "b".to_owned(),
            prefix: "p".to_owned(),
            client_email: "a@b.c".to_owned(),
            private_key: canary(),
            private_key_id: "id".to_owned(),
            ..v1::GcsLocation::default()
        }),
        Arm::AzureBlob(v1::AzureBlobLocation {
            account: "a".to_owned(),
            container: "c".to_owned(),
            sas_token: format!("?sr=c&sp=rl&se=2030-01-11T00:00:00Z&sig={CANARY}"),
            ..v1::AzureBlobLocation::default()
        }),
        Arm::S3(v1::S3Location {
            bucket: "b".to_owned(),
            region: "eu-west-1".to_owned(),
            access_key: canary(),
            secret_key: canary(),
            ..v1::S3Location::default()
        }),
        Arm::S3Compatible(v1::S3CompatibleLocation {
            bucket: "b".to_owned(),
            endpoint: "https://s3.example.com".to_owned(),
            access_key: canary(),
            secret_key: canary(),
            force_path_style: true,
            ..v1::S3CompatibleLocation::default()
        }),
        Arm::WebFolder(v1::WebFolderLocation { base_url: "https://example.com".to_owned(), forward_host_header: true }),
        Arm::WebProxy(v1::WebProxyLocation { allowed_hosts: vec!["example.com".to_owned()] }),
        Arm::Folder(v1::FolderLocation { path: "/srv".to_owned() }),
    ]
}

fn sent(location: Arm) -> v1::Origin {
    v1::Origin {
        display_name: "Photos 1".to_owned(),
        location: Some(location),
        canonical_base_url: "https://example.com/images/".to_owned(),
        ..v1::Origin::default()
    }
}

fn stored(location: Arm) -> Origin {
    Origin { id: "photos".to_owned(), etag: "1".to_owned(), ..to_origin(sent(location), None).unwrap() }
}

fn secrets(origin: &Origin) -> BTreeMap<String, String> {
    origin.location.secrets().iter().map(|(name, secret)| (name.clone(), secret.expose_secret().to_owned())).collect()
}

#[test]
fn secrets_go_in_and_never_come_out() {
    for arm in arms() {
        let origin = stored(arm);
        let message = from_origin(&origin, now());
        // `Debug` of the message hides its secrets, its encoding does not.
        let encoded = String::from_utf8_lossy(&prost::Message::encode_to_vec(&message)).into_owned();
        assert!(!encoded.contains(CANARY), "{message:?}");
        assert!(!format!("{origin:?}{message:?}").contains(CANARY));
        assert_eq!(message.name, "origins/photos");
        assert_eq!(message.canonical_base_url, "https://example.com/images");
        let is_flagged = match message.location.as_ref().unwrap() {
            Arm::Gcs(location) => location.private_key_set,
            Arm::AzureBlob(location) => {
                assert_eq!(location.sas_permissions, "rl");
                assert_eq!(location.sas_expire_time.unwrap().seconds, 1_894_320_000);
                assert!(message.warnings[0].contains("expires on 2030-01-11"), "{:?}", message.warnings);
                location.sas_token_set
            }
            Arm::S3(location) => location.keys_set,
            Arm::S3Compatible(location) => location.keys_set,
            Arm::WebFolder(_) | Arm::WebProxy(_) | Arm::Folder(_) => false,
        };
        assert_eq!(is_flagged, !origin.location.secrets().is_empty());
    }
}

#[test]
fn what_comes_out_can_go_in_again_and_keeps_its_secrets() {
    for arm in arms() {
        let origin = stored(arm);
        let message = from_origin(&origin, now());
        let again =
            to_origin(merge(message.clone(), &message, Some(&["*".to_owned()])).unwrap(), Some(&origin)).unwrap();
        assert_eq!(from_origin(&again, now()), message);
        assert_eq!(secrets(&again), secrets(&origin));
        let renamed = v1::Origin { display_name: "New".to_owned(), ..v1::Origin::default() };
        let renamed = to_origin(merge(message, &renamed, None).unwrap(), Some(&origin)).unwrap();
        assert_eq!((renamed.display_name.as_str(), secrets(&renamed)), ("New", secrets(&origin)));
    }
}

#[test]
fn a_stored_secret_is_not_sent_to_another_place() {
    let move_to = |arm: Arm| {
        to_origin(
            sent(arm.clone()),
            Some(&stored(
                arms()
                    .into_iter()
                    .find(|stored| std::mem::discriminant(stored) == std::mem::discriminant(&arm))
                    .unwrap(),
            )),
        )
    };
    let gcs = v1::GcsLocation {
        bucket: "b".to_owned(),
        endpoint: "https://evil.example".to_owned(),
        ..v1::GcsLocation::default()
    };
    assert_eq!(move_to(Arm::Gcs(gcs.clone())).unwrap_err().field, "gcs.private_key");
    assert!(move_to(Arm::Gcs(v1::GcsLocation { private_key: canary(), ..gcs })).is_ok());
    let azure = v1::AzureBlobLocation { account: "evil".to_owned(), ..v1::AzureBlobLocation::default() };
    assert_eq!(move_to(Arm::AzureBlob(azure)).unwrap_err().field, "azure_blob.sas_token");
}

#[test]
fn another_kind_takes_no_secrets_over() {
    let s3 = stored(arms().swap_remove(2));
    let compatible = v1::S3CompatibleLocation { bucket: "b".to_owned(), ..v1::S3CompatibleLocation::default() };
    let origin = to_origin(sent(Arm::S3Compatible(compatible)), Some(&s3)).unwrap();
    assert!(origin.location.secrets().is_empty());
    let role = v1::S3Location { use_iam_role: true, ..v1::S3Location::default() };
    let origin = to_origin(sent(Arm::S3(role)), Some(&s3)).unwrap();
    assert!(origin.location.secrets().is_empty());
}

#[test]
fn a_key_file_is_taken_apart() {
    let file = json!({
        "type": "service_account", "client_email": "file@b.c", "private_key_id": "file", "private_key": CANARY,
        "gcs_base_url": "http://evil.example",
    });
    let message = v1::GcsLocation {
        bucket: "b".to_owned(),
        client_email: "old@b.c".to_owned(),
        service_account_key: file.to_string(),
        ..v1::GcsLocation::default()
    };
    let origin = to_origin(sent(Arm::Gcs(message.clone())), Some(&stored(arms().swap_remove(0)))).unwrap();
    let settings = origin.location.settings();
    assert_eq!(settings["client_email"], "file@b.c");
    assert_eq!(settings["private_key_id"], "file");
    assert!(!settings.to_string().contains("evil"));
    assert_eq!(secrets(&origin)["private_key"], CANARY);
    let both = v1::GcsLocation { private_key: canary(), ..message };
    assert_eq!(to_origin(sent(Arm::Gcs(both)), None).unwrap_err().field, "gcs.private_key");
}

#[test]
fn names_and_canonical_urls_are_checked() {
    let check = |display_name: &str, canonical_base_url: &str| {
        let message = v1::Origin {
            display_name: display_name.to_owned(),
            canonical_base_url: canonical_base_url.to_owned(),
            ..sent(arms().swap_remove(6))
        };
        to_origin(message, None).map_err(|invalid| invalid.field)
    };
    assert!(check(&"a".repeat(100), "").is_ok());
    for name in ["", "a-b", "é", "a\n", &"a".repeat(101)] {
        assert_eq!(check(name, "").unwrap_err(), "display_name", "{name}");
    }
    for url in [
        "example.com",
        "ftp://example.com",
        "https://a:b@example.com",
        "https://example.com/?a",
        "https://example.com/#a",
    ] {
        assert_eq!(check("a", url).unwrap_err(), "canonical_base_url", "{url}");
    }
    let no_location = v1::Origin { location: None, ..sent(arms().swap_remove(6)) };
    assert_eq!(to_origin(no_location, None).unwrap_err().field, "location");
}

#[test]
fn times_before_1970_have_positive_fractions() {
    let time = timestamp("1969-12-31T23:59:59.25Z".parse().unwrap());
    assert_eq!((time.seconds, time.nanos), (-1, 250_000_000));
}
