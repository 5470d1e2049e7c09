//! What every kind of origin promises, whatever it reads from.

use super::{
    Clients, Error, Fetch, Fetched, ImagePath, Limits, Location, Network, Origin, azure_blob,
    fakes::{Dialect, ETAG, Fake, IMAGE, MODIFIED},
    folder, gcs, s3, web_folder, web_proxy,
};
use http::Method;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use std::time::Duration;
use tempfile::TempDir;

mod hops;
mod subject;
mod words;

use subject::Subject;

/// Keys that have to arrive as they are.
const ODD_KEYS: [&str; 8] = [
    "odd/a b.jpg",
    "odd/a+b.jpg",
    "odd/100%.jpg",
    "odd/é.jpg",
    "odd/日本/語.jpg",
    "odd/a~b!$'(),;:@=&.jpg",
    "odd/a#b.jpg",
    "odd/a%20b.jpg",
];

fn limits() -> Limits {
    Limits {
        source_bytes: 1000,
        first_byte_timeout: Duration::from_millis(400),
        fetch_timeout: Duration::from_secs(3),
        rate_bytes_per_second_min: 100,
        slow_window: Duration::from_millis(300),
        retries: 2,
        ..Limits::default()
    }
}

fn check_image(subject: &Subject, fetched: Result<Fetched, Error>, key: &str) -> String {
    match fetched {
        Ok(Fetched::Image { data, version, .. }) => {
            assert_eq!(data, IMAGE, "{}: {key}", subject.kind());
            assert!(!version.is_empty());
            version
        }
        other => panic!("{}: {key}: {other:?}", subject.kind()),
    }
}

#[tokio::test]
async fn an_image_is_found_with_its_facts() {
    for subject in Subject::all().await {
        match subject.fetch("found").await.unwrap() {
            Fetched::Image { data, media_type, version, modify_time, focus_area } => {
                assert_eq!(data, IMAGE);
                assert!(modify_time.is_some());
                assert_eq!(focus_area, None);
                if subject.fake.is_some() {
                    assert_eq!(media_type.as_deref(), Some("image/png"), "{}", subject.kind());
                    assert_eq!(version, ETAG, "{}", subject.kind());
                    assert_eq!(modify_time.unwrap().as_second(), MODIFIED, "{}", subject.kind());
                }
            }
            Fetched::NotModified => panic!("{}", subject.kind()),
        }
    }
}

#[tokio::test]
async fn the_rectangle_that_is_stored_with_an_image_comes_along() {
    for subject in Subject::remote().await {
        for (key, expected) in [("found-framed", Some("10,20,300,200")), ("found-misframed", None)] {
            let Fetched::Image { focus_area, .. } = subject.fetch(key).await.unwrap() else { panic!() };
            assert_eq!(focus_area.map(|area| area.to_string()).as_deref(), expected, "{}: {key}", subject.kind());
        }
    }
}

#[tokio::test]
async fn what_is_absent_is_not_found() {
    for subject in Subject::all().await {
        assert_eq!(subject.error("absent").await, Error::NotFound, "{}", subject.kind());
    }
}

#[tokio::test]
async fn a_version_that_is_still_right_is_not_fetched_again() {
    for subject in Subject::all().await {
        let version = check_image(&subject, subject.fetch("found").await, "found");
        for key in ["found", "ignores-condition"] {
            if subject.folder.is_some() && key != "found" {
                continue;
            }
            let again = subject.fetch_if_not(key, Some(&version)).await;
            assert!(matches!(again, Ok(Fetched::NotModified)), "{}: {key}: {again:?}", subject.kind());
            check_image(&subject, subject.fetch_if_not(key, Some("\"older\"")).await, key);
        }
    }
}

#[tokio::test]
async fn odd_keys_arrive_as_they_are() {
    for subject in Subject::all().await {
        for key in ODD_KEYS {
            check_image(&subject, subject.fetch(key).await, key);
            if let Some(fake) = &subject.fake {
                assert_eq!(fake.seen().last().unwrap().key, key, "{}", subject.kind());
            }
        }
    }
}

#[tokio::test]
async fn nothing_is_sent_before_the_first_fetch_and_then_only_get_and_head() {
    for subject in Subject::remote().await {
        subject.clients.validate(&subject.origin).unwrap();
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert_eq!(subject.requests(), 0, "{}", subject.kind());
        let _ = subject.fetch("found").await;
        let _ = subject.fetch("absent").await;
        let seen = subject.fake.as_ref().unwrap().seen();
        assert_eq!(seen.len(), 2, "{}", subject.kind());
        assert!(seen.iter().all(|seen| matches!(seen.method, Method::GET | Method::HEAD)));
    }
}

#[tokio::test]
async fn half_an_image_is_none() {
    for subject in Subject::remote().await {
        let error = subject.error("truncated").await;
        assert!(matches!(error, Error::Broken(_)), "{}: {error:?}", subject.kind());
        assert_eq!(subject.requests(), 3, "{}", subject.kind());
    }
}

#[tokio::test]
async fn silence_and_drips_time_out() {
    for subject in Subject::remote().await {
        for key in ["silent", "drip"] {
            let error = subject.error(key).await;
            assert!(matches!(error, Error::TimedOut(_)), "{}: {key}: {error:?}", subject.kind());
        }
    }
}

#[tokio::test]
async fn the_cap_holds() {
    for subject in Subject::all().await {
        for key in ["large", "huge"] {
            if subject.folder.is_none() || key == "large" {
                let error = subject.error(key).await;
                assert_eq!(error, Error::TooLarge { maximum: 1000 }, "{}: {key}", subject.kind());
            }
        }
    }
}

#[tokio::test]
async fn denial_is_told_apart() {
    for subject in Subject::remote().await {
        let error = subject.error("denied").await;
        assert!(matches!(error, Error::AccessDenied(_)), "{}: {error:?}", subject.kind());
        assert_eq!(subject.requests(), 1, "{}", subject.kind());
    }
}

#[tokio::test]
async fn a_passing_error_is_survived_and_a_lasting_one_is_told() {
    for subject in Subject::remote().await {
        check_image(&subject, subject.fetch("flaky").await, "flaky");
        assert_eq!(subject.requests(), 2, "{}", subject.kind());
        assert!(matches!(subject.error("broken").await, Error::Broken(_)), "{}", subject.kind());
        assert_eq!(subject.requests(), 5, "{}", subject.kind());
        // An hour is past the deadline, so that the first answer stands.
        assert!(matches!(subject.error("patient").await, Error::Broken(_)), "{}", subject.kind());
        assert_eq!(subject.requests(), 6, "{}", subject.kind());
        assert!(matches!(subject.error("odd-status").await, Error::Broken(_)), "{}", subject.kind());
        assert_eq!(subject.requests(), 7, "{}", subject.kind());
    }
}

#[tokio::test]
async fn encodings_that_nobody_asked_for_are_refused() {
    for subject in Subject::remote().await {
        let error = subject.error("gzipped").await;
        assert!(matches!(error, Error::Broken(_)), "{}: {error:?}", subject.kind());
    }
}

#[tokio::test]
async fn redirects_of_buckets_are_not_followed() {
    for subject in [Subject::gcs().await, Subject::azure_blob().await, Subject::s3().await] {
        let target = hex::encode(format!("{}/found", subject.fake.as_ref().unwrap().url()));
        for status in [301, 302, 303, 307, 308] {
            let error = subject.error(&format!("redirect/{status}/{target}")).await;
            assert!(matches!(error, Error::Broken(_)), "{}: {error:?}", subject.kind());
        }
        assert_eq!(subject.requests(), 5, "{}", subject.kind());
    }
}

#[tokio::test]
async fn a_dead_origin_is_unreachable() {
    for mut subject in Subject::remote().await {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let dead = listener.local_addr().unwrap();
        drop(listener);
        let alive = subject.fake.as_ref().unwrap().address.to_string();
        let settings = subject.origin.location.settings().to_string().replace(&alive, &dead.to_string());
        let location = &subject.origin.location;
        subject.origin.location =
            Location::restore(location.kind(), serde_json::from_str(&settings).unwrap(), location.secrets()).unwrap();
        subject.fake.as_mut().unwrap().address = dead;
        let error = subject.error("found").await;
        assert!(matches!(error, Error::Unreachable(_)), "{}: {error:?}", subject.kind());
    }
}

#[tokio::test]
async fn private_addresses_are_refused_unless_they_are_allowed() {
    for mut subject in Subject::remote().await {
        subject.clients = Clients::new(Network { allow_private: false }, limits());
        let error = subject.error("found").await;
        assert!(matches!(error, Error::Unreachable(_)), "{}: {error:?}", subject.kind());
        assert_eq!(subject.requests(), 0, "{}", subject.kind());
        let is_proxy = matches!(subject.origin.location, Location::WebProxy(_));
        assert_eq!(subject.clients.validate(&subject.origin).is_ok(), is_proxy, "{}", subject.kind());
    }
}

#[tokio::test]
async fn a_changed_origin_gets_a_new_client() {
    let mut subject = Subject::folder();
    check_image(&subject, subject.fetch("found").await, "found");
    let empty = tempfile::tempdir().unwrap();
    subject.origin.location = Location::Folder(folder::Location { path: empty.path().to_str().unwrap().to_owned() });
    subject.origin.etag = "2".to_owned();
    assert_eq!(subject.error("found").await, Error::NotFound);
}
