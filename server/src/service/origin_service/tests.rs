//! The calls that need no stored origin.

use super::*;
use crate::{
    origin::{Limits, Network},
    secret::SecretString,
};
use tonic::Code;
use tonic_types::StatusExt;

async fn service() -> (Origins, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let config = registry::Config {
        url: SecretString::from(format!("sqlite://{}", folder.path().join("registry.db").display())),
        master_key_file: folder.path().join("master.key"),
    };
    let registry = Registry::open(&config).await.unwrap();
    let clients = Clients::new(Network { allow_private: false }, Limits::default());
    (Origins::new(registry, Arc::new(clients)), folder)
}

fn folder_origin(path: &str) -> v1::Origin {
    v1::Origin {
        display_name: "Photos".to_owned(),
        location: Some(v1::origin::Location::Folder(v1::FolderLocation { path: path.to_owned() })),
        ..v1::Origin::default()
    }
}

fn create(path: &str, origin_id: &str, validate_only: bool) -> Request<CreateOriginRequest> {
    Request::new(CreateOriginRequest {
        origin: Some(folder_origin(path)),
        origin_id: origin_id.to_owned(),
        validate_only,
    })
}

fn check_field(status: &Status, field: &str) {
    assert_eq!(status.code(), Code::InvalidArgument, "{status:?}");
    let violations = status.get_details_bad_request().unwrap().field_violations;
    assert_eq!(violations[0].field, field);
}

#[tokio::test]
async fn an_origin_is_created_under_its_id() {
    let (service, folder) = service().await;
    let path = folder.path().to_str().unwrap();
    let created = service.create_origin(create(path, "photos", false)).await.unwrap().into_inner();
    assert_eq!(created.name, "origins/photos");
    let tried = service.create_origin(create(path, "more", true)).await.unwrap().into_inner();
    assert_eq!(tried.display_name, "Photos");
}

#[tokio::test]
async fn validate_only_connects_and_says_what_failed() {
    let (service, _folder) = service().await;
    let status = service.create_origin(create("/absent/folder", "", true)).await.unwrap_err();
    assert_eq!(status.code(), Code::FailedPrecondition);
    let info = status.get_details_error_info().unwrap();
    assert_eq!((info.reason.as_str(), info.metadata["step"].as_str()), ("ORIGIN_CHECK_FAILED", "connection"));
    assert!(status.message().contains("there is no such folder"), "{}", status.message());
}

#[tokio::test]
async fn wrong_fields_are_named() {
    let (service, folder) = service().await;
    let path = folder.path().to_str().unwrap();
    for id in ["Photos", "1a", "a-", "-a", "a_b", "é", &"a".repeat(64)] {
        check_field(&service.create_origin(create(path, id, false)).await.unwrap_err(), "origin_id");
    }
    check_field(&service.create_origin(create("images", "", false)).await.unwrap_err(), "origin.folder.path");
    let none = Request::new(CreateOriginRequest::default());
    check_field(&service.create_origin(none).await.unwrap_err(), "origin");
    let size = Request::new(ListOriginsRequest { page_size: -1, page_token: String::new() });
    check_field(&service.list_origins(size).await.unwrap_err(), "page_size");
    for name in ["", "photos", "origins/", "origins/a/b", "urlEndpoints/a"] {
        let name = Request::new(GetOriginRequest { name: name.to_owned() });
        check_field(&service.get_origin(name).await.unwrap_err(), "name");
    }
    let nothing = Request::new(CheckOriginRequest::default());
    check_field(&service.check_origin(nothing).await.unwrap_err(), "subject");
}

#[tokio::test]
async fn what_is_absent_is_not_found() {
    let (service, _folder) = service().await;
    let name = "origins/absent".to_owned();
    let got = service.get_origin(Request::new(GetOriginRequest { name: name.clone() })).await.unwrap_err();
    assert_eq!(got.code(), Code::NotFound);
    let origin = Some(v1::Origin { name, ..folder_origin("/srv") });
    let update = Request::new(UpdateOriginRequest { origin, ..UpdateOriginRequest::default() });
    assert_eq!(service.update_origin(update).await.unwrap_err().code(), Code::NotFound);
}

#[tokio::test]
async fn a_failed_check_is_an_answer() {
    let (service, folder) = service().await;
    std::fs::write(folder.path().join("a b.jpg"), "image").unwrap();
    let check = async |origin: v1::Origin, path: &str| {
        let request = CheckOriginRequest { subject: Some(Subject::Origin(origin)), path: path.to_owned() };
        service.check_origin(Request::new(request)).await
    };
    let path = folder.path().to_str().unwrap();
    let good = check(folder_origin(path), "/a b.jpg").await.unwrap().into_inner();
    assert!(good.passed && good.steps.len() == 4, "{good:?}");
    let absent = check(folder_origin(path), "absent").await.unwrap().into_inner();
    assert!(!absent.passed && absent.steps.last().unwrap().step == "read", "{absent:?}");
    let wrong =
        check(v1::Origin { display_name: String::new(), ..folder_origin(path) }, "").await.unwrap().into_inner();
    assert!(!wrong.passed && wrong.steps[0].step == "configuration", "{wrong:?}");
    let status = check(folder_origin(path), "../a").await.unwrap_err();
    assert_eq!(status.get_details_error_info().unwrap().reason, "PATH_INVALID");
}
