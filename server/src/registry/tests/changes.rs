//! What each change does, and what it refuses.

use super::*;

#[tokio::test]
async fn the_default_endpoint_is_there_from_the_first_start_and_stays() {
    for database in TestDatabase::all().await {
        let registry = database.open().await;
        let default = Arc::clone(&registry.snapshot().url_endpoints["default"]);
        assert_eq!((default.url_prefix.as_str(), default.origins.len()), ("", 0));
        let error = registry.delete_url_endpoint("default", "").await.unwrap_err();
        assert!(matches!(error, Error::DefaultEndpoint));
        let error = registry.update_url_endpoint(sample_url_endpoint("default", "prefix")).await.unwrap_err();
        assert!(matches!(error, Error::Invalid { field, .. } if field == "url_prefix"));
    }
}

#[tokio::test]
async fn the_first_origin_is_attached_to_the_default_endpoint_and_no_other() {
    for database in TestDatabase::all().await {
        let registry = database.open().await;
        let before = Arc::clone(&registry.snapshot().url_endpoints["default"]);
        registry.create_origin(s3_origin("first")).await.unwrap();
        let after = Arc::clone(&registry.snapshot().url_endpoints["default"]);
        assert_eq!(after.origins, ["first"]);
        assert_ne!(after.etag, before.etag);
        registry.create_origin(s3_origin("second")).await.unwrap();
        let default = Arc::clone(&registry.snapshot().url_endpoints["default"]);
        assert_eq!(default.origins, ["first"]);
    }
}

#[tokio::test]
async fn ids_are_made_or_checked() {
    let registry = TestDatabase::sqlite().open().await;
    let made = registry.create_origin(s3_origin("")).await.unwrap();
    assert!(names::is_id(&made.id) && made.id.starts_with('o'), "{}", made.id);
    let error = registry.create_origin(s3_origin("Photos")).await.unwrap_err();
    assert!(matches!(error, Error::Invalid { field, .. } if field == "origin_id"));
    let error = registry.create_origin(s3_origin(&made.id)).await.unwrap_err();
    assert!(matches!(error, Error::AlreadyExists(_)));
}

#[tokio::test]
async fn etags_guard_updates_and_deletions() {
    for database in TestDatabase::all().await {
        let registry = database.open().await;
        let first = registry.create_origin(s3_origin("photos")).await.unwrap();
        let second = registry.update_origin(Origin::clone(&first)).await.unwrap();
        assert_ne!(first.etag, second.etag);
        assert_eq!(first.create_time, second.create_time);
        assert!(second.etag.starts_with('"') && second.etag.ends_with('"'));
        let error = registry.update_origin(Origin::clone(&first)).await.unwrap_err();
        assert!(matches!(error, Error::EtagMismatch(name) if name == "origins/photos"));
        let error = registry.delete_origin("photos", &first.etag).await.unwrap_err();
        assert!(matches!(error, Error::EtagMismatch(_)));
        let registered = registry.create_url_endpoint(endpoint("shop", &[])).await.unwrap();
        let error = registry.delete_url_endpoint("shop", "\"0\"").await.unwrap_err();
        assert!(matches!(error, Error::EtagMismatch(_)));
        registry.delete_url_endpoint("shop", &registered.etag).await.unwrap();
        let error = registry.delete_url_endpoint("shop", "").await.unwrap_err();
        assert!(matches!(error, Error::NotFound(name) if name == "urlEndpoints/shop"));
    }
}

#[tokio::test]
async fn an_attached_origin_stays() {
    for database in TestDatabase::all().await {
        let registry = database.open().await;
        registry.create_origin(s3_origin("first")).await.unwrap();
        registry.create_origin(s3_origin("photos")).await.unwrap();
        registry.create_url_endpoint(endpoint("shop", &["photos"])).await.unwrap();
        let error = registry.delete_origin("photos", "").await.unwrap_err();
        assert!(
            matches!(&error, Error::OriginInUse { url_endpoints, .. } if *url_endpoints == ["urlEndpoints/shop"]),
            "{error}"
        );
        registry.delete_url_endpoint("shop", "").await.unwrap();
        registry.delete_origin("photos", "").await.unwrap();
        assert!(!registry.snapshot().origins.contains_key("photos"));
    }
}

#[tokio::test]
async fn prefixes_and_hosts_lead_to_one_endpoint() {
    let registry = TestDatabase::sqlite().open().await;
    let with_host =
        |id: &str, prefix: &str| UrlEndpoint { hosts: vec!["a.example.com".into()], ..sample_url_endpoint(id, prefix) };
    registry.create_url_endpoint(with_host("a", "a")).await.unwrap();
    for taken in [sample_url_endpoint("b", "a"), with_host("b", "b")] {
        let error = registry.create_url_endpoint(taken).await.unwrap_err();
        assert!(matches!(error, Error::AlreadyExists(_)), "{error}");
    }
    // What an endpoint has itself is not taken, and what it gives up is free.
    registry.update_url_endpoint(with_host("a", "a")).await.unwrap();
    registry.update_url_endpoint(sample_url_endpoint("a", "c")).await.unwrap();
    registry.create_url_endpoint(with_host("b", "a")).await.unwrap();
}

#[tokio::test]
async fn wrong_endpoints_are_refused_by_field() {
    let registry = TestDatabase::sqlite().open().await;
    registry.create_origin(s3_origin("photos")).await.unwrap();
    let sample = || endpoint("shop", &["photos"]);
    for (field, wrong) in [
        ("description", UrlEndpoint { description: String::new(), ..sample() }),
        ("description", UrlEndpoint { description: "é".repeat(1001), ..sample() }),
        ("description", UrlEndpoint { description: "a\0b".into(), ..sample() }),
        ("origins[1]", UrlEndpoint { origins: vec!["photos".into(), "nowhere".into()], ..sample() }),
        ("origins[1]", UrlEndpoint { origins: vec!["photos".into(), "photos".into()], ..sample() }),
        ("origins", UrlEndpoint { origins: vec!["photos".into(); 11], ..sample() }),
        ("url_prefix", UrlEndpoint { url_prefix: "ik-x".into(), ..sample() }),
        ("url_prefix", UrlEndpoint { url_prefix: String::new(), ..sample() }),
        ("hosts[0]", UrlEndpoint { hosts: vec!["a b".into()], ..sample() }),
        ("hosts[1]", UrlEndpoint { hosts: vec!["a.b".into(), "a.b".into()], ..sample() }),
        ("default_image", UrlEndpoint { default_image: "x".repeat(2049), ..sample() }),
        ("url_endpoint_id", UrlEndpoint { id: "1".into(), ..sample() }),
    ] {
        let previewed = registry.preview_create_url_endpoint(wrong.clone()).unwrap_err();
        let error = registry.create_url_endpoint(wrong).await.unwrap_err();
        assert_eq!(error.to_string(), previewed.to_string());
        assert!(matches!(&error, Error::Invalid { field: found, .. } if found == field), "{error}");
    }
    assert_eq!(registry.snapshot().url_endpoints.len(), 1);
    let longest = UrlEndpoint { description: "é".repeat(1000), ..sample() };
    registry.create_url_endpoint(longest).await.unwrap();
}

#[tokio::test]
async fn access_keys() {
    for database in TestDatabase::all().await {
        let registry = database.open().await;
        let made = registry.ensure_access_key(None).await.unwrap().unwrap();
        assert!(made.expose_secret().starts_with("private_"));
        assert!(registry.snapshot().opens(made.expose_secret()));
        assert!(registry.ensure_access_key(None).await.unwrap().is_none());
        let given = || Some(SecretString::from("private_given_by_someone"));
        for _ in 0..2 {
            assert!(registry.ensure_access_key(given()).await.unwrap().is_none());
        }
        assert_eq!(registry.snapshot().access_keys.len(), 2);
        assert!(registry.snapshot().opens("private_given_by_someone"));
        let error = registry.ensure_access_key(Some("".into())).await.unwrap_err();
        assert!(matches!(error, Error::Invalid { .. }));
    }
}

#[tokio::test]
async fn what_changes_nothing_leaves_the_version_alone() {
    let registry = TestDatabase::sqlite().open().await;
    registry.ensure_access_key(None).await.unwrap();
    let before = registry.snapshot();
    registry.ensure_access_key(None).await.unwrap();
    registry.delete_origin("nowhere", "").await.unwrap_err();
    registry.preview_create_origin(s3_origin("photos")).unwrap();
    assert!(Arc::ptr_eq(&before, &registry.snapshot()));
    let version = before.version;
    registry.create_origin(s3_origin("photos")).await.unwrap();
    assert_eq!(registry.snapshot().version, version + 1);
}
