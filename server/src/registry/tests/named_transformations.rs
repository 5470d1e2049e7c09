//! Transformations under a name.

use super::*;

fn named(name: &str, transformation: &str) -> NamedTransformation {
    sample_named_transformation(name, transformation)
}

#[tokio::test]
async fn they_are_found_by_name_and_by_uid() {
    for database in TestDatabase::all().await {
        let registry = database.open().await;
        let made = registry.create_named_transformation(named("small", "tr:w-300")).await.unwrap();
        assert!(made.uid.contains('-') && names::is_id(&made.uid), "{}", made.uid);
        let snapshot = registry.snapshot();
        for id in ["small", &made.uid] {
            assert_eq!(snapshot.named_transformation(id), Some(&made), "{id}");
        }
        assert_eq!(snapshot.named_transformation("Small"), None, "case matters");
        registry.create_named_transformation(named("Small", "w-400")).await.unwrap();
        let error = registry.create_named_transformation(named("small", "w-1")).await.unwrap_err();
        assert!(matches!(error, Error::AlreadyExists(_)), "{error}");
    }
}

#[tokio::test]
async fn a_name_can_be_changed_to_one_that_is_free() {
    for database in TestDatabase::all().await {
        let registry = database.open().await;
        let small = registry.create_named_transformation(named("small", "w-300")).await.unwrap();
        registry.create_named_transformation(named("large", "w-900")).await.unwrap();
        let to = |name: &str| NamedTransformation {
            name: name.to_owned(),
            etag: String::new(),
            ..NamedTransformation::clone(&small)
        };
        let error = registry.update_named_transformation(to("large")).await.unwrap_err();
        assert!(matches!(error, Error::AlreadyExists(_)), "{error}");
        let renamed = registry.update_named_transformation(to("tiny")).await.unwrap();
        assert_eq!((&renamed.uid, renamed.create_time), (&small.uid, small.create_time));
        let snapshot = registry.snapshot();
        assert_eq!(snapshot.named_transformations.keys().collect::<Vec<_>>(), ["large", "tiny"]);
        assert_eq!(told(&snapshot), told(&database.open().await.snapshot()));
        registry.create_named_transformation(named("small", "w-1")).await.unwrap();
    }
}

#[tokio::test]
async fn etags_guard_them() {
    for database in TestDatabase::all().await {
        let registry = database.open().await;
        let first = registry.create_named_transformation(named("small", "w-300")).await.unwrap();
        let change = |etag: &str| NamedTransformation { etag: etag.to_owned(), ..NamedTransformation::clone(&first) };
        let second = registry.update_named_transformation(change(&first.etag)).await.unwrap();
        assert_ne!(first.etag, second.etag);
        let error = registry.update_named_transformation(change(&first.etag)).await.unwrap_err();
        assert!(matches!(error, Error::EtagMismatch(name) if name == "namedTransformations/small"));
        let error = registry.delete_named_transformation("small", &first.etag).await.unwrap_err();
        assert!(matches!(error, Error::EtagMismatch(_)));
        registry.delete_named_transformation(&second.uid, &second.etag).await.unwrap();
        let error = registry.delete_named_transformation("small", "").await.unwrap_err();
        assert!(matches!(error, Error::NotFound(name) if name == "namedTransformations/small"));
        let error = registry.update_named_transformation(change("")).await.unwrap_err();
        assert!(matches!(error, Error::NotFound(_)), "{error}");
        assert_eq!(told(&registry.snapshot()), told(&database.open().await.snapshot()));
    }
}

#[tokio::test]
async fn wrong_ones_are_refused_by_field() {
    let registry = TestDatabase::sqlite().open().await;
    for (field, says, wrong) in [
        ("name", "letters", named("", "w-1")),
        ("name", "letters", named("a-b", "w-1")),
        ("name", "100", named(&"a".repeat(101), "w-1")),
        ("transformation", "empty", named("a", "")),
        ("transformation", "empty", named("a", "tr:")),
        ("transformation", "abc", named("a", "w-abc")),
        ("transformation", "wdith", named("a", "wdith-1")),
        ("transformation", "e-bgremove", named("a", "e-bgremove")),
        ("transformation", "`n-b` names another", named("a", "w-1:n-b")),
        ("transformation", "8192", named("a", &"w-1,".repeat(4000))),
        ("transformation", "control", named("a", "w-1\0")),
    ] {
        let previewed = registry.preview_create_named_transformation(wrong.clone()).unwrap_err();
        let error = registry.create_named_transformation(wrong.clone()).await.unwrap_err();
        assert_eq!(error.to_string(), previewed.to_string());
        assert!(matches!(&error, Error::Invalid { field: found, .. } if found == field), "{error}");
        assert!(error.to_string().contains(says), "{error}");
    }
    let longest = "a".repeat(100);
    let made = registry.create_named_transformation(named(&longest, "w-1")).await.unwrap();
    let error = registry
        .update_named_transformation(NamedTransformation {
            transformation: "n-a".into(),
            ..NamedTransformation::clone(&made)
        })
        .await
        .unwrap_err();
    assert!(matches!(&error, Error::Invalid { field, .. } if field == "transformation"), "{error}");
}

#[tokio::test]
async fn there_is_a_most() {
    let registry = TestDatabase::sqlite().open().await;
    for number in 0..rules::NAMED_TRANSFORMATIONS_MAX {
        registry.create_named_transformation(named(&format!("n{number}"), "w-1")).await.unwrap();
    }
    let error = registry.create_named_transformation(named("more", "w-1")).await.unwrap_err();
    assert!(error.to_string().contains("250"), "{error}");
    registry.delete_named_transformation("n0", "").await.unwrap();
    registry.create_named_transformation(named("more", "w-1")).await.unwrap();
}
