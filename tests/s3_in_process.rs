//! S3 by s3s, in this process, which checks Signature V4: keys as people name them, prefixes, wrong secrets.

use crate::{
    darkroom::{Darkroom, Transport},
    pictures::{encoded, facts, quarters},
};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto::Builder,
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use s3s::{auth::SimpleAuth, service::S3ServiceBuilder};
use serde_json::json;

/// Serves `root` (a folder per bucket) until the test ends; its URL.
async fn serve(root: &std::path::Path) -> String {
    let mut builder = S3ServiceBuilder::new(s3s_fs::FileSystem::new(root).unwrap());
    builder.set_auth(SimpleAuth::from_single("reader", "secret"));
    let service = builder.build();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let service = service.clone();
            tokio::spawn(async move {
                _ = Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service).await;
            });
        }
    });
    url
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_as_people_name_them() {
    let root = tempfile::tempdir().unwrap();
    let keys = [
        "photo.jpg",
        "with space.jpg",
        "a+b.jpg",
        "100%.jpg",
        "%41.jpg",
        "é.jpg",
        "日本/写真.jpg",
        "it's (1) & more=~.jpg",
    ];
    for (index, key) in keys.iter().enumerate() {
        let file = root.path().join("bucket/shop").join(key);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        let width = 40 + 2 * u32::try_from(index).unwrap();
        std::fs::write(file, encoded(&quarters(width, 40, false), "jpg")).unwrap();
    }
    let endpoint = serve(root.path()).await;
    let darkroom = Darkroom::start(Transport::InProcess).await;
    let origin = |secret: &str| {
        json!({"name": "s3", "type": "S3_COMPATIBLE", "bucket": "bucket", "prefix": "shop", "endpoint": endpoint,
            "accessKey": "reader", "secretKey": secret, "s3ForcePathStyle": true})
    };
    darkroom.origin(origin("secret")).await;
    for (index, key) in keys.iter().enumerate() {
        let path: Vec<String> =
            key.split('/').map(|segment| utf8_percent_encode(segment, NON_ALPHANUMERIC).to_string()).collect();
        let response = darkroom.get(&format!("/tr:w-0.5,f-png/{}", path.join("/"))).await;
        assert_eq!(response.status(), 200, "{key}: {}", response.text().await.unwrap());
        assert_eq!(facts(&response.bytes().await.unwrap()).0, 20 + u32::try_from(index).unwrap(), "{key}");
    }
    assert_eq!(darkroom.get("/tr:w-9/missing.jpg").await.status(), 404);

    let wrong = darkroom.origin(origin("not the secret")).await;
    darkroom.url_endpoint(json!({"description": "wrong", "urlPrefix": "wrong", "origins": [wrong]})).await;
    let response = darkroom.get("/wrong/tr:w-9/photo.jpg").await;
    assert_eq!(response.status(), 502);
    assert!(response.headers()["ik-error"].to_str().unwrap().starts_with("EACCES"));
}
