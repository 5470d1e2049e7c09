//! Named transformations: managed over REST and gRPC, used in URLs.

use crate::{
    darkroom::{Darkroom, Transport, program},
    on_both_transports,
    pictures::{facts, folder},
};
use darkroom_api::v1::{
    CreateNamedTransformationRequest, DeleteNamedTransformationRequest, EndpointPath, ImageSource,
    ListNamedTransformationsRequest, NamedTransformation, TransformImageRequest, UpdateNamedTransformationRequest,
    image_service_client::ImageServiceClient, image_source::Source,
    named_transformation_service_client::NamedTransformationServiceClient, transform_image_request::Steps,
};
use reqwest::{Method, Response};
use serde_json::{Value, json};
use tonic::Code;
use tonic_types::StatusExt;

on_both_transports! {
    over_rest_they_come_and_go
    over_grpc_etags_guard_them
    a_name_stands_wherever_a_parameter_may
    names_that_are_not_there_are_told
    a_change_is_seen_at_once
    only_names_may_be_demanded
    every_way_in_knows_them
}

const ALL: &str = "/v1/named-transformations";

async fn add(darkroom: &Darkroom, name: &str, transformation: &str) -> Value {
    let body = json!({"name": name, "transformation": transformation});
    let (status, made) = darkroom.manage(Method::POST, ALL, Some(body)).await;
    assert_eq!(status, 201, "{made}");
    made
}

async fn size(response: Response) -> (u32, u32) {
    assert_eq!(response.status(), 200, "{:?}", response.headers().get("ik-error"));
    let (width, height, _) = facts(&response.bytes().await.unwrap());
    (width, height)
}

async fn over_rest_they_come_and_go(darkroom: &Darkroom) {
    let made = add(darkroom, "small", "tr:w-150,h-150").await;
    let id = made["id"].as_str().unwrap();
    assert_eq!((&made["name"], &made["enabled"]), (&json!("small"), &json!(true)));
    assert!(made["createdAt"].as_str().unwrap().ends_with('Z'), "{made}");
    let path = format!("{ALL}/{id}");
    assert_eq!(darkroom.manage(Method::GET, &path, None).await, (200, made.clone()));
    assert_eq!(darkroom.manage(Method::GET, ALL, None).await, (200, json!([made])));

    let (status, disabled) = darkroom.manage(Method::PATCH, &path, Some(json!({"enabled": false}))).await;
    assert_eq!(
        (status, &disabled["transformation"], &disabled["enabled"]),
        (200, &json!("tr:w-150,h-150"), &json!(false))
    );
    let (status, renamed) = darkroom.manage(Method::PATCH, &path, Some(json!({"name": "tiny", "enabled": true}))).await;
    assert_eq!((status, &renamed["name"], &renamed["id"]), (200, &json!("tiny"), &made["id"]));
    assert_ne!(renamed["updatedAt"], made["updatedAt"]);

    for (body, says) in [
        (json!({"name": "a-b", "transformation": "w-1"}), "name: "),
        (json!({"name": "a", "transformation": "w-abc"}), "transformation: parameter `w`"),
        (json!({"name": "a", "transformation": "w-1:n-tiny"}), "`n-tiny` names another"),
    ] {
        let (status, answer) = darkroom.manage(Method::POST, ALL, Some(body.clone())).await;
        assert_eq!(status, 400, "{body}");
        assert!(answer["message"].as_str().unwrap().contains(says), "{answer}");
    }
    let again = json!({"name": "tiny", "transformation": "w-1"});
    assert_eq!(darkroom.manage(Method::POST, ALL, Some(again)).await.0, 409);
    assert_eq!(darkroom.manage(Method::DELETE, &path, None).await, (200, json!({})));
    let (status, answer) = darkroom.manage(Method::GET, &path, None).await;
    assert_eq!((status, &answer["message"]), (404, &json!("Named transformation not found.")));
}

async fn over_grpc_etags_guard_them(darkroom: &Darkroom) {
    let mut client = NamedTransformationServiceClient::new(darkroom.channel().await);
    let creation = |id: &str| CreateNamedTransformationRequest {
        named_transformation: Some(NamedTransformation { transformation: "w-1".into(), ..Default::default() }),
        named_transformation_id: id.into(),
        validate_only: false,
    };
    let first = client.create_named_transformation(creation("b")).await.unwrap().into_inner();
    client.create_named_transformation(creation("a")).await.unwrap();
    assert_eq!(client.create_named_transformation(creation("a")).await.unwrap_err().code(), Code::AlreadyExists);
    let page = ListNamedTransformationsRequest { page_size: 1, ..Default::default() };
    let page = client.list_named_transformations(page).await.unwrap().into_inner();
    assert_eq!(page.named_transformations[0].name, "namedTransformations/a");
    let page = ListNamedTransformationsRequest { page_size: 1, page_token: page.next_page_token };
    let page = client.list_named_transformations(page).await.unwrap().into_inner();
    assert_eq!((&page.named_transformations[..], page.next_page_token.as_str()), (&[first.clone()][..], ""));

    let change = UpdateNamedTransformationRequest {
        named_transformation: Some(NamedTransformation { transformation: "w-2".into(), ..first.clone() }),
        ..Default::default()
    };
    let second = client.update_named_transformation(change.clone()).await.unwrap().into_inner();
    assert_eq!(second.transformation, "w-2");
    let stale = client.update_named_transformation(change).await.unwrap_err();
    assert_eq!(
        (stale.code(), stale.get_details_error_info().unwrap().reason.as_str()),
        (Code::Aborted, "ETAG_MISMATCH")
    );
    let delete = |etag: &str| DeleteNamedTransformationRequest { name: first.name.clone(), etag: etag.into() };
    assert_eq!(client.delete_named_transformation(delete(&first.etag)).await.unwrap_err().code(), Code::Aborted);
    client.delete_named_transformation(delete(&second.etag)).await.unwrap();
}

async fn a_name_stands_wherever_a_parameter_may(darkroom: &Darkroom) {
    let pictures = folder();
    darkroom.folder(pictures.path()).await;
    add(darkroom, "box", "tr:w-100,h-50").await;
    add(darkroom, "turned", "w-100,h-50:rt-90").await;
    for (path, expected) in [
        ("/tr:n-box/photo.jpg", (100, 50)),
        ("/photo.jpg?tr=n-box", (100, 50)),
        ("/photo.jpg?tr=n-turned%3Aw-10", (10, 20)),
        ("/tr:n-turned/photo.jpg", (50, 100)),
        ("/tr:n-turned:h-10/photo.jpg", (5, 10)),
        ("/tr:dpr-2,n-box/photo.jpg", (200, 100)),
        ("/tr:n-box/photo.jpg?tr=n-turned", (50, 100)),
    ] {
        assert_eq!(size(darkroom.get(path).await).await, expected, "{path}");
    }
    add(darkroom, "corner", "lx-0,ly-0,w-80").await;
    for (by_name, written_out) in [
        ("l-image,i-logo.png,n-corner,l-end,w-200", "l-image,i-logo.png,lx-0,ly-0,w-80,l-end,w-200"),
        ("if-w_gt_100,n-box,if-else,n-turned,if-end", "if-w_gt_100,w-100,h-50,if-else,w-100,h-50:rt-90,if-end"),
    ] {
        let by_name = darkroom.get(&format!("/tr:{by_name}/photo.jpg")).await;
        let written_out = darkroom.get(&format!("/tr:{written_out}/photo.jpg")).await;
        assert_eq!((by_name.status().as_u16(), &by_name.headers()["etag"]), (200, &written_out.headers()["etag"]));
    }
    let by_name = darkroom.get("/tr:n-box,f-png/photo.jpg").await;
    let written_out = darkroom.get("/tr:f-png,h-50,w-100/photo.jpg").await;
    assert_eq!(by_name.headers()["etag"], written_out.headers()["etag"], "one rendition");
}

async fn names_that_are_not_there_are_told(darkroom: &Darkroom) {
    let pictures = folder();
    darkroom.folder(pictures.path()).await;
    let made = add(darkroom, "small_thumbnail", "w-100,h-50").await;
    for (transformation, says, position, nearest) in [
        ("w-1:n-small_thumb", "`small_thumb`; the nearest one is `small_thumbnail`", "4", Some("small_thumbnail")),
        ("n-Small_Thumbnail", "no named transformation `Small_Thumbnail`", "0", Some("small_thumbnail")),
        ("n-zzz", "no named transformation `zzz`", "0", None),
        ("n-", "letters, digits and underscores", "0", None),
        ("n-small_thumbnail,w-1", "`w` is given twice", "18", None),
    ] {
        let response = darkroom.get(&format!("/tr:{transformation}/photo.jpg")).await;
        assert_eq!(response.status(), 400, "{transformation}");
        assert!(response.headers()["ik-error"].to_str().unwrap().starts_with("EINVAL"), "{transformation}");
        let error = serde_json::from_str::<Value>(&response.text().await.unwrap()).unwrap()["error"].clone();
        assert!(error["message"].as_str().unwrap().contains(says), "{transformation}: {error}");
        assert_eq!((error["position"].as_str(), error["nearest"].as_str()), (Some(position), nearest), "{error}");
    }
    let path = format!("{ALL}/{}", made["id"].as_str().unwrap());
    darkroom.manage(Method::PATCH, &path, Some(json!({"enabled": false}))).await;
    let response = darkroom.get("/tr:n-small_thumbnail/photo.jpg").await;
    assert_eq!(response.status(), 400);
    assert!(response.text().await.unwrap().contains("`small_thumbnail` is disabled"));
}

async fn a_change_is_seen_at_once(darkroom: &Darkroom) {
    let pictures = folder();
    darkroom.folder(pictures.path()).await;
    let made = add(darkroom, "box", "w-100,h-50").await;
    assert_eq!(size(darkroom.get("/tr:n-box/photo.jpg").await).await, (100, 50));
    let path = format!("{ALL}/{}", made["id"].as_str().unwrap());
    darkroom.manage(Method::PATCH, &path, Some(json!({"transformation": "w-20,h-20"}))).await;
    assert_eq!(size(darkroom.get("/tr:n-box/photo.jpg").await).await, (20, 20));
    darkroom.manage(Method::PATCH, &path, Some(json!({"name": "crate"}))).await;
    assert_eq!(darkroom.get("/tr:n-box/photo.jpg").await.status(), 400);
    assert_eq!(size(darkroom.get("/tr:n-crate/photo.jpg").await).await, (20, 20));
}

async fn only_names_may_be_demanded(darkroom: &Darkroom) {
    let pictures = folder();
    let origin = darkroom.folder(pictures.path()).await;
    darkroom
        .url_endpoint(json!({"description": "n", "urlPrefix": "named", "origins": [origin], "restrictUnnamed": true}))
        .await;
    add(darkroom, "box", "w-100,h-50").await;
    add(darkroom, "turned", "rt-90").await;
    for path in ["/photo.jpg", "/tr:n-box/photo.jpg", "/tr:n-box:n-turned/photo.jpg", "/tr:n-box,n-turned/photo.jpg"] {
        assert_eq!(darkroom.get(&format!("/named{path}")).await.status(), 200, "{path}");
    }
    for path in
        ["/tr:w-100,h-50/photo.jpg", "/tr:n-box,q-5/photo.jpg", "/photo.jpg?tr=rt-0", "/tr:n-box/photo.jpg?tr=w-1"]
    {
        let response = darkroom.get(&format!("/named{path}")).await;
        assert_eq!(response.status(), 400, "{path}");
        assert!(response.headers()["ik-error"].to_str().unwrap().starts_with("UNNAMED_RESTRICTED"), "{path}");
    }
    let unknown = darkroom.get("/named/tr:n-none/photo.jpg").await;
    assert!(unknown.headers()["ik-error"].to_str().unwrap().starts_with("EINVAL"));
}

async fn every_way_in_knows_them(darkroom: &Darkroom) {
    let pictures = folder();
    darkroom.folder(pictures.path()).await;
    add(darkroom, "box", "w-100,h-50").await;
    let mut client = ImageServiceClient::new(darkroom.channel().await);
    let at_endpoint =
        EndpointPath { url_endpoint: "urlEndpoints/default".into(), path: "photo.jpg".into(), query: String::new() };
    let data = std::fs::read(pictures.path().join("photo.jpg")).unwrap();
    for source in [Source::EndpointPath(at_endpoint), Source::Data(data.into())] {
        for (text, expected) in [("n-box", Ok((100, 50))), ("n-bix", Err("NAMED_TRANSFORMATION_NOT_FOUND"))] {
            let request = TransformImageRequest {
                image: Some(ImageSource { source: Some(source.clone()) }),
                steps: Some(Steps::Transformation(text.into())),
                ..Default::default()
            };
            let found = match client.transform_image(request).await {
                Ok(stream) => {
                    let facts = stream.into_inner().message().await.unwrap().unwrap().rendition.unwrap();
                    Ok((facts.width_px, facts.height_px))
                }
                Err(status) => Err(status.get_details_error_info().unwrap().reason),
            };
            assert_eq!(found, expected.map_err(str::to_owned), "{text}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_the_command_line() {
    let darkroom = Darkroom::start(Transport::InProcess).await;
    let pictures = folder();
    darkroom.folder(pictures.path()).await;
    let run = |arguments: &[&str]| {
        let output = std::process::Command::new(program())
            .args(arguments)
            .envs([("DARKROOM_GRPC_ADDR", darkroom.grpc.as_str()), ("DARKROOM_PRIVATE_KEY", crate::darkroom::KEY)])
            .output()
            .unwrap();
        let told = if output.status.success() { output.stdout } else { output.stderr };
        (output.status.success(), String::from_utf8(told).unwrap().trim().to_owned())
    };
    assert_eq!(run(&["named", "create", "box", "w-100,h-50"]), (true, "namedTransformations/box".into()));
    assert_eq!(size(darkroom.get("/tr:n-box/photo.jpg").await).await, (100, 50));
    let (failed, told) = run(&["named", "create", "other", "w-abc"]);
    assert!(!failed && told.contains("`w` expects"), "{told}");
    assert_eq!(
        run(&["named", "update", "box", "--rename", "crate", "--disable"]),
        (true, "namedTransformations/crate\tdisabled\tw-100,h-50".into())
    );
    assert_eq!(
        run(&["named", "update", "crate", "--transformation", "w-7", "--enable"]),
        (true, "namedTransformations/crate\tenabled\tw-7".into())
    );
    assert_eq!(run(&["named", "list"]), run(&["named", "get", "crate"]));
    assert_eq!(run(&["named", "delete", "crate"]), (true, String::new()));
    assert_eq!(run(&["named", "list"]), (true, String::new()));

    let url = format!("{}/tr:w-9/deep/in side/100%25 é.jpg?v=1", darkroom.delivery);
    let (signed, told) = run(&["sign", &url, "--expires-in", "1h"]);
    assert!(signed && told.contains("in%20side/100%25%20%C3%A9.jpg?v=1&ik-t="), "{told}");
    let target = told.strip_prefix(&darkroom.delivery).unwrap();
    assert_eq!(darkroom.get(target).await.status(), 200);
    assert_eq!(darkroom.get(&target.replace("w-9", "w-10")).await.status(), 401);
    let (_, told) = run(&["explain", target]);
    assert!(told.contains("valid, expires"), "{told}");
}
