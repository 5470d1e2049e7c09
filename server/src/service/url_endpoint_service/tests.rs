//! The service as its callers see it.

use super::*;
use crate::{registry::Config, service::url_endpoint_service::UrlEndpoints};
use darkroom_api::v1::url_endpoint_service_server::UrlEndpointService as _;
use tempfile::TempDir;
use tonic::Code;
use tonic_types::StatusExt as _;

async fn service() -> (UrlEndpoints, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let config = Config {
        url: format!("sqlite://{}", folder.path().join("registry.sqlite").display()).into(),
        master_key_file: folder.path().join("master.key"),
    };
    (UrlEndpoints::new(Registry::open(&config).await.unwrap()), folder)
}

fn message(prefix: &str) -> v1::UrlEndpoint {
    v1::UrlEndpoint {
        description: format!("images of {prefix}"),
        url_prefix: prefix.to_owned(),
        ..v1::UrlEndpoint::default()
    }
}

fn creation(id: &str, url_endpoint: v1::UrlEndpoint) -> v1::CreateUrlEndpointRequest {
    v1::CreateUrlEndpointRequest {
        url_endpoint: Some(url_endpoint),
        url_endpoint_id: id.to_owned(),
        validate_only: false,
    }
}

async fn create(service: &UrlEndpoints, request: v1::CreateUrlEndpointRequest) -> Result<v1::UrlEndpoint, Status> {
    service.create_url_endpoint(Request::new(request)).await.map(Response::into_inner)
}

async fn update(
    service: &UrlEndpoints,
    url_endpoint: v1::UrlEndpoint,
    paths: &[&str],
) -> Result<v1::UrlEndpoint, Status> {
    let request = v1::UpdateUrlEndpointRequest {
        url_endpoint: Some(url_endpoint),
        update_mask: Some(prost_types::FieldMask { paths: paths.iter().map(|path| (*path).to_owned()).collect() }),
        validate_only: false,
    };
    service.update_url_endpoint(Request::new(request)).await.map(Response::into_inner)
}

async fn get(service: &UrlEndpoints, name: &str) -> Result<v1::UrlEndpoint, Status> {
    let request = v1::GetUrlEndpointRequest { name: name.to_owned() };
    service.get_url_endpoint(Request::new(request)).await.map(Response::into_inner)
}

fn field(status: &Status) -> String {
    assert_eq!(status.code(), Code::InvalidArgument, "{status}");
    status.get_details_bad_request().unwrap().field_violations[0].field.clone()
}

#[tokio::test]
async fn what_is_created_is_stored_and_told() {
    let (service, _folder) = service().await;
    let full = v1::UrlEndpoint {
        hosts: vec!["Images.Example.COM".into()],
        restrict_unsigned: true,
        restrict_unnamed: true,
        unknown_parameters: v1::UnknownParameters::Ignore.into(),
        default_image: "/missing.png".into(),
        profile: v1::Profile::Default.into(),
        ..message("shop")
    };
    let created = create(&service, creation("shop", full.clone())).await.unwrap();
    assert_eq!(created.name, "urlEndpoints/shop");
    assert!(created.create_time.is_some() && !created.etag.is_empty());
    let expected = v1::UrlEndpoint {
        name: created.name.clone(),
        hosts: vec!["images.example.com".into()],
        create_time: created.create_time,
        update_time: created.update_time,
        etag: created.etag.clone(),
        ..full
    };
    assert_eq!(created, expected);
    assert_eq!(get(&service, "urlEndpoints/shop").await.unwrap(), expected);
    let made = create(&service, creation("", message("blog"))).await.unwrap();
    assert!(made.name.starts_with("urlEndpoints/u"), "{}", made.name);
    assert_eq!(made.unknown_parameters(), v1::UnknownParameters::Reject);
    assert_eq!(made.profile(), v1::Profile::Default);
}

#[tokio::test]
async fn wrong_requests_name_the_field() {
    let (service, _folder) = service().await;
    let wrong = |id: &str, message: v1::UrlEndpoint| creation(id, message);
    for (expected, request) in [
        ("url_endpoint", v1::CreateUrlEndpointRequest::default()),
        ("url_endpoint_id", wrong("Shop", message("shop"))),
        ("url_endpoint.description", wrong("", v1::UrlEndpoint { description: String::new(), ..message("shop") })),
        ("url_endpoint.url_prefix", wrong("", message("a/b"))),
        ("url_endpoint.url_prefix", wrong("", message(""))),
        ("url_endpoint.hosts[0]", wrong("", v1::UrlEndpoint { hosts: vec!["a:80".into()], ..message("shop") })),
        ("url_endpoint.origins[0]", wrong("", v1::UrlEndpoint { origins: vec!["photos".into()], ..message("shop") })),
        (
            "url_endpoint.origins[0]",
            wrong("", v1::UrlEndpoint { origins: vec!["origins/none".into()], ..message("shop") }),
        ),
        ("url_endpoint.profile", wrong("", v1::UrlEndpoint { profile: 9, ..message("shop") })),
        ("url_endpoint.unknown_parameters", wrong("", v1::UrlEndpoint { unknown_parameters: 9, ..message("shop") })),
    ] {
        for validate_only in [true, false] {
            let request = v1::CreateUrlEndpointRequest { validate_only, ..request.clone() };
            assert_eq!(field(&create(&service, request).await.unwrap_err()), expected);
        }
    }
    assert_eq!(field(&get(&service, "shop").await.unwrap_err()), "name");
    assert_eq!(get(&service, "urlEndpoints/shop").await.unwrap_err().code(), Code::NotFound);
}

#[tokio::test]
async fn validate_only_changes_nothing() {
    let (service, _folder) = service().await;
    let request = v1::CreateUrlEndpointRequest { validate_only: true, ..creation("shop", message("shop")) };
    assert_eq!(create(&service, request).await.unwrap().name, "urlEndpoints/shop");
    assert_eq!(get(&service, "urlEndpoints/shop").await.unwrap_err().code(), Code::NotFound);
    create(&service, creation("shop", message("shop"))).await.unwrap();
    let request = v1::UpdateUrlEndpointRequest {
        url_endpoint: Some(v1::UrlEndpoint {
            name: "urlEndpoints/shop".into(),
            description: "new".into(),
            ..v1::UrlEndpoint::default()
        }),
        update_mask: None,
        validate_only: true,
    };
    let previewed = service.update_url_endpoint(Request::new(request)).await.unwrap().into_inner();
    assert_eq!(previewed.description, "new");
    assert_eq!(get(&service, "urlEndpoints/shop").await.unwrap().description, "images of shop");
}

#[tokio::test]
async fn updates_follow_the_mask_and_the_etag() {
    let (service, _folder) = service().await;
    let first = create(&service, creation("shop", v1::UrlEndpoint { restrict_unsigned: true, ..message("shop") }))
        .await
        .unwrap();
    let given = v1::UrlEndpoint { name: first.name.clone(), description: "new".into(), ..v1::UrlEndpoint::default() };
    let second = update(&service, given.clone(), &[]).await.unwrap();
    assert_eq!(
        (second.description.as_str(), second.url_prefix.as_str(), second.restrict_unsigned),
        ("new", "shop", true)
    );
    let third = update(&service, given.clone(), &["restrict_unsigned"]).await.unwrap();
    assert!(!third.restrict_unsigned);
    let stale = v1::UrlEndpoint { etag: first.etag.clone(), ..given.clone() };
    assert_eq!(update(&service, stale, &["description"]).await.unwrap_err().code(), Code::Aborted);
    let error = update(&service, given.clone(), &["*"]).await.unwrap_err();
    assert_eq!(field(&error), "url_endpoint.url_prefix");
    assert_eq!(field(&update(&service, given, &["colour"]).await.unwrap_err()), "update_mask.paths[0]");
    let default =
        v1::UrlEndpoint { name: "urlEndpoints/default".into(), restrict_unnamed: true, ..v1::UrlEndpoint::default() };
    assert!(update(&service, default, &[]).await.unwrap().restrict_unnamed);
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_updates_of_different_fields_are_all_kept() {
    let (service, _folder) = service().await;
    let made = create(&service, creation("shop", message("shop"))).await.unwrap();
    let change = |message: v1::UrlEndpoint| {
        let service = service.clone();
        tokio::spawn(async move { update(&service, message, &[]).await.unwrap() })
    };
    let named = || v1::UrlEndpoint { name: made.name.clone(), ..v1::UrlEndpoint::default() };
    let changes = [
        change(v1::UrlEndpoint { description: "new".into(), ..named() }),
        change(v1::UrlEndpoint { restrict_unsigned: true, ..named() }),
        change(v1::UrlEndpoint { restrict_unnamed: true, ..named() }),
        change(v1::UrlEndpoint { default_image: "/d.png".into(), ..named() }),
    ];
    for change in changes {
        change.await.unwrap();
    }
    let after = get(&service, &made.name).await.unwrap();
    assert_eq!((after.description.as_str(), after.default_image.as_str()), ("new", "/d.png"));
    assert!(after.restrict_unsigned && after.restrict_unnamed);
}

#[tokio::test]
async fn deletion() {
    let (service, _folder) = service().await;
    let made = create(&service, creation("shop", message("shop"))).await.unwrap();
    for (name, etag, expected) in [
        ("urlEndpoints/shop", "\"stale\"", Code::Aborted),
        ("urlEndpoints/default", "", Code::FailedPrecondition),
        ("urlEndpoints/none", "", Code::NotFound),
        ("shop", "", Code::InvalidArgument),
        ("urlEndpoints/shop", made.etag.as_str(), Code::Ok),
        ("urlEndpoints/shop", "", Code::NotFound),
    ] {
        let request = v1::DeleteUrlEndpointRequest { name: name.into(), etag: etag.into() };
        let code =
            service.delete_url_endpoint(Request::new(request)).await.err().map_or(Code::Ok, |status| status.code());
        assert_eq!(code, expected, "{name} {etag}");
    }
}

#[tokio::test]
async fn pages_hold_each_endpoint_once_the_default_one_first() {
    let (service, _folder) = service().await;
    for number in 0..6 {
        // Ids on both sides of `default`.
        let id = format!("{}{number}", if number % 2 == 0 { 'a' } else { 'z' });
        create(&service, creation(&id, message(&id))).await.unwrap();
    }
    for page_size in [1, 2, 3, 7, 50, 5000, 0] {
        let mut names = Vec::new();
        let mut page_token = String::new();
        loop {
            let request = v1::ListUrlEndpointsRequest { page_size, page_token };
            let page = service.list_url_endpoints(Request::new(request)).await.unwrap().into_inner();
            names.extend(page.url_endpoints.into_iter().map(|endpoint| endpoint.name));
            page_token = page.next_page_token;
            if page_token.is_empty() {
                break;
            }
        }
        let expected = ["default", "a0", "a2", "a4", "z1", "z3", "z5"].map(url_endpoint_name);
        assert_eq!(names, expected, "page size {page_size}");
    }
    for (expected, page_size, page_token) in [("page_size", -1, ""), ("page_token", 0, "made-up")] {
        let request = v1::ListUrlEndpointsRequest { page_size, page_token: page_token.into() };
        let error = service.list_url_endpoints(Request::new(request)).await.unwrap_err();
        assert_eq!(field(&error), expected);
    }
}
