//! The service as its callers see it.

use super::*;
use crate::registry::Config;
use tempfile::TempDir;
use tonic::Code;
use tonic_types::StatusExt as _;

async fn service() -> (NamedTransformations, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let config = Config {
        url: format!("sqlite://{}", folder.path().join("registry.sqlite").display()).into(),
        master_key_file: folder.path().join("master.key"),
    };
    (NamedTransformations::new(Registry::open(&config).await.unwrap()), folder)
}

fn creation(id: &str, transformation: &str) -> CreateNamedTransformationRequest {
    CreateNamedTransformationRequest {
        named_transformation: Some(v1::NamedTransformation {
            transformation: transformation.to_owned(),
            ..Default::default()
        }),
        named_transformation_id: id.to_owned(),
        validate_only: false,
    }
}

async fn create(
    service: &NamedTransformations,
    request: CreateNamedTransformationRequest,
) -> Result<v1::NamedTransformation, Status> {
    service.create_named_transformation(Request::new(request)).await.map(Response::into_inner)
}

async fn get(service: &NamedTransformations, name: &str) -> Result<v1::NamedTransformation, Status> {
    let request = GetNamedTransformationRequest { name: name.to_owned() };
    service.get_named_transformation(Request::new(request)).await.map(Response::into_inner)
}

async fn update(
    service: &NamedTransformations,
    named_transformation: v1::NamedTransformation,
    paths: &[&str],
    new_id: &str,
) -> Result<v1::NamedTransformation, Status> {
    let request = UpdateNamedTransformationRequest {
        named_transformation: Some(named_transformation),
        update_mask: Some(FieldMask { paths: paths.iter().map(|path| (*path).to_owned()).collect() }),
        validate_only: false,
        new_named_transformation_id: new_id.to_owned(),
    };
    service.update_named_transformation(Request::new(request)).await.map(Response::into_inner)
}

fn field(status: &Status) -> String {
    assert_eq!(status.code(), Code::InvalidArgument, "{status}");
    status.get_details_bad_request().unwrap().field_violations[0].field.clone()
}

#[tokio::test]
async fn what_is_created_is_stored_and_told() {
    let (service, _folder) = service().await;
    let created = create(&service, creation("small", "tr:w-300")).await.unwrap();
    assert_eq!((created.name.as_str(), created.transformation.as_str()), ("namedTransformations/small", "tr:w-300"));
    assert!(created.create_time.is_some() && !created.etag.is_empty() && !created.disabled);
    assert_eq!(get(&service, "namedTransformations/small").await.unwrap(), created);
    assert_eq!(get(&service, &format!("namedTransformations/{}", created.uid)).await.unwrap(), created);
    let again = create(&service, creation("small", "w-1")).await.unwrap_err();
    assert_eq!(again.code(), Code::AlreadyExists);
}

#[tokio::test]
async fn wrong_requests_name_the_field() {
    let (service, _folder) = service().await;
    for (expected, request) in [
        ("named_transformation", CreateNamedTransformationRequest::default()),
        ("named_transformation_id", creation("", "w-1")),
        ("named_transformation_id", creation("a-b", "w-1")),
        ("named_transformation.transformation", creation("a", "")),
        ("named_transformation.transformation", creation("a", "w-abc")),
        ("named_transformation.transformation", creation("a", "n-b")),
    ] {
        for validate_only in [true, false] {
            let request = CreateNamedTransformationRequest { validate_only, ..request.clone() };
            assert_eq!(field(&create(&service, request).await.unwrap_err()), expected);
        }
    }
    assert_eq!(field(&get(&service, "small").await.unwrap_err()), "name");
    let missing = get(&service, "namedTransformations/small").await.unwrap_err();
    assert_eq!(missing.get_details_error_info().unwrap().reason, "NAMED_TRANSFORMATION_NOT_FOUND");
    create(&service, creation("small", "w-1")).await.unwrap();
    let given = v1::NamedTransformation { name: "namedTransformations/small".into(), ..Default::default() };
    assert_eq!(field(&update(&service, given.clone(), &[], "a-b").await.unwrap_err()), "new_named_transformation_id");
    assert_eq!(
        field(&update(&service, given.clone(), &["*"], "").await.unwrap_err()),
        "named_transformation.transformation",
        "`*` without a text would leave none"
    );
    for paths in [&["nothing"][..], &["*", "disabled"], &["disabled", ""]] {
        let error = update(&service, given.clone(), paths, "").await.unwrap_err();
        assert!(field(&error).starts_with("update_mask.paths["), "{error}");
    }
}

#[tokio::test]
async fn validate_only_changes_nothing() {
    let (service, _folder) = service().await;
    let request = CreateNamedTransformationRequest { validate_only: true, ..creation("small", "w-1") };
    assert_eq!(create(&service, request).await.unwrap().name, "namedTransformations/small");
    assert_eq!(get(&service, "namedTransformations/small").await.unwrap_err().code(), Code::NotFound);
    let made = create(&service, creation("small", "w-1")).await.unwrap();
    let request = UpdateNamedTransformationRequest {
        named_transformation: Some(v1::NamedTransformation { transformation: "w-2".into(), ..made.clone() }),
        update_mask: None,
        validate_only: true,
        new_named_transformation_id: "large".into(),
    };
    let previewed = service.update_named_transformation(Request::new(request)).await.unwrap().into_inner();
    assert_eq!((previewed.name.as_str(), previewed.transformation.as_str()), ("namedTransformations/large", "w-2"));
    assert_eq!(get(&service, "namedTransformations/small").await.unwrap(), made);
}

#[tokio::test]
async fn updates_follow_the_mask_and_the_etag() {
    let (service, _folder) = service().await;
    let first = create(&service, creation("small", "w-300")).await.unwrap();
    let given = v1::NamedTransformation { name: first.name.clone(), disabled: true, ..Default::default() };
    let second = update(&service, given.clone(), &[], "").await.unwrap();
    assert_eq!((second.transformation.as_str(), second.disabled), ("w-300", true), "what is filled");
    let stale = v1::NamedTransformation { etag: first.etag.clone(), ..given.clone() };
    assert_eq!(update(&service, stale, &[], "").await.unwrap_err().code(), Code::Aborted);
    let third = update(&service, v1::NamedTransformation { disabled: false, ..given }, &["disabled", "uid"], "");
    let third = third.await.unwrap();
    assert_eq!((third.transformation.as_str(), third.disabled), ("w-300", false), "what is in the mask");
    let by_uid = v1::NamedTransformation { name: format!("namedTransformations/{}", first.uid), ..Default::default() };
    let fourth = update(&service, by_uid, &[], "large").await.unwrap();
    assert_eq!((fourth.name.as_str(), &fourth.uid), ("namedTransformations/large", &first.uid));
    assert_eq!(fourth.create_time, first.create_time);
    assert_eq!(get(&service, &first.name).await.unwrap_err().code(), Code::NotFound);

    for (name, etag, expected) in [
        (fourth.name.as_str(), first.etag.as_str(), Code::Aborted),
        (&fourth.name, &fourth.etag, Code::Ok),
        (&fourth.name, "", Code::NotFound),
    ] {
        let request = DeleteNamedTransformationRequest { name: name.to_owned(), etag: etag.to_owned() };
        let code = service.delete_named_transformation(Request::new(request)).await;
        assert_eq!(code.err().map_or(Code::Ok, |status| status.code()), expected, "{name} {etag}");
    }
}

#[tokio::test]
async fn pages_hold_each_once_by_name() {
    let (service, _folder) = service().await;
    for number in [4, 2, 0, 3, 1] {
        create(&service, creation(&format!("n{number}"), "w-1")).await.unwrap();
    }
    for page_size in [1, 2, 3, 5, 50, 5000, 0] {
        let (mut names, mut page_token) = (Vec::new(), String::new());
        loop {
            let request = ListNamedTransformationsRequest { page_size, page_token };
            let page = service.list_named_transformations(Request::new(request)).await.unwrap().into_inner();
            names.extend(page.named_transformations.into_iter().map(|named| named.name));
            page_token = page.next_page_token;
            if page_token.is_empty() {
                break;
            }
        }
        let expected = ["n0", "n1", "n2", "n3", "n4"].map(named_transformation_name);
        assert_eq!(names, expected, "page size {page_size}");
    }
    for (expected, page_size, page_token) in [("page_size", -1, ""), ("page_token", 0, "made-up")] {
        let request = ListNamedTransformationsRequest { page_size, page_token: page_token.into() };
        let error = service.list_named_transformations(Request::new(request)).await.unwrap_err();
        assert_eq!(field(&error), expected);
    }
}
