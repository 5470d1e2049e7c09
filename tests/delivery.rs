//! Delivery URLs: what a browser gets.

use crate::{
    darkroom::{Darkroom, Transport},
    on_both_transports,
    pictures::{colour_at, facts, folder, is_near},
};
use reqwest::{Method, Response};
use serde_json::{Value, json};

on_both_transports! {
    a_photo_is_resized
    the_formats
    conditional_requests
    head_and_options
    errors_teach
    not_an_image
    endpoints_by_prefix_and_host
    the_first_origin_that_has_it
    a_default_image_stands_in
    unknown_parameters_can_be_ignored
    signed_urls
    chained_steps
}

fn field<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).unwrap_or_else(|| panic!("no {name} in {:?}", response.headers())).to_str().unwrap()
}

async fn a_photo_is_resized(darkroom: &Darkroom) {
    let pictures = folder();
    darkroom.folder(pictures.path()).await;
    for path in ["/tr:w-300,h-300/photo.jpg", "/photo.jpg?tr=w-300,h-300", "/photo.jpg?tr=w-300%2Ch-300"] {
        let response = darkroom.get(path).await;
        assert_eq!(response.status(), 200, "{path}");
        assert_eq!(field(&response, "content-type"), "image/jpeg");
        assert_eq!(field(&response, "x-content-type-options"), "nosniff");
        assert_eq!(field(&response, "access-control-allow-origin"), "*");
        assert!(field(&response, "cache-control").contains("max-age=31536000"));
        assert!(field(&response, "vary").contains("Accept"));
        assert!(field(&response, "server-timing").contains("cache"));
        assert!(field(&response, "etag").starts_with('"'));
        assert!(!field(&response, "request-id").is_empty());
        let length: usize = field(&response, "content-length").parse().unwrap();
        let body = response.bytes().await.unwrap();
        assert_eq!(body.len(), length);
        assert_eq!(facts(&body), (300, 300, "image/jpeg"));
        assert!(is_near(colour_at(&body, 0.2, 0.2), [220, 30, 30]), "top left is red");
        assert!(is_near(colour_at(&body, 0.8, 0.8), [230, 220, 40]), "bottom right is yellow");
    }
    let response = darkroom.get("/tr:w-100/deep/in%20side/100%25%20%C3%A9.jpg").await;
    assert_eq!(response.status(), 200);
    assert_eq!(facts(&response.bytes().await.unwrap()).0, 100);
}

async fn the_formats(darkroom: &Darkroom) {
    let pictures = folder();
    darkroom.folder(pictures.path()).await;
    // Without a transformation, and with one that changes nothing, the format is negotiated all the same.
    for path in ["/photo.jpg", "/tr:rt-0/photo.jpg"] {
        let response = darkroom.get_with(path, &[("accept", "image/webp")]).await;
        assert_eq!(response.status(), 200, "{path}");
        assert_eq!(facts(&response.bytes().await.unwrap()), (800, 600, "image/webp"), "{path}");
    }
    for (transformation, source, accept, expected) in [
        ("w-120", "photo.jpg", "", "image/jpeg"),
        ("w-120", "photo.jpg", "image/webp,*/*", "image/webp"),
        // Small ones are written in both formats; of four flat colours WebP is the smaller.
        ("w-120", "photo.jpg", "image/avif,image/webp,*/*", "image/webp"),
        ("w-120", "photo.jpg", "image/avif,*/*", "image/avif"),
        ("w-700", "photo.jpg", "image/avif,image/webp,*/*", "image/avif"),
        ("w-120", "photo.jpg", "image/avif;q=0,image/webp", "image/webp"),
        ("w-120,f-jpg", "photo.jpg", "image/avif", "image/jpeg"),
        ("w-120,f-png", "photo.jpg", "", "image/png"),
        ("w-120,f-webp", "photo.jpg", "", "image/webp"),
        ("w-120,f-avif", "photo.jpg", "", "image/avif"),
        ("w-60", "logo.png", "", "image/png"),
        ("w-60,f-orig", "logo.png", "image/webp", "image/png"),
        ("w-60,f-png", "drawing.svg", "", "image/png"),
        ("orig-true", "photo.jpg", "image/webp", "image/jpeg"),
    ] {
        let response = darkroom.get_with(&format!("/tr:{transformation}/{source}"), &[("accept", accept)]).await;
        assert_eq!(response.status(), 200, "{transformation} {source}");
        assert_eq!(field(&response, "content-type"), expected, "{transformation} {source} {accept}");
        let body = response.bytes().await.unwrap();
        assert_eq!(facts(&body).2, expected, "{transformation} {source} {accept}");
        if transformation == "orig-true" {
            assert_eq!(body, std::fs::read(pictures.path().join(source)).unwrap());
        }
    }
    let response = darkroom.get_with("/tr:w-60,f-png/logo.png", &[]).await;
    assert_eq!(colour_at(&response.bytes().await.unwrap(), 0.8, 0.8)[3], 0, "alpha is kept");
}

async fn conditional_requests(darkroom: &Darkroom) {
    let pictures = folder();
    darkroom.folder(pictures.path()).await;
    let first = darkroom.get("/tr:w-50/photo.jpg").await;
    let etag = field(&first, "etag").to_owned();
    let again = darkroom.get("/tr:w-50/photo.jpg").await;
    assert_eq!(field(&again, "etag"), etag);
    assert!(field(&again, "server-timing").to_lowercase().contains("hit"), "{}", field(&again, "server-timing"));
    for tag in [etag.clone(), format!("W/{etag}"), format!("\"other\", {etag}"), "*".to_owned()] {
        let response = darkroom.get_with("/tr:w-50/photo.jpg", &[("if-none-match", &tag)]).await;
        assert_eq!(response.status(), 304, "{tag}");
        assert_eq!(field(&response, "etag"), etag);
        assert!(response.bytes().await.unwrap().is_empty());
    }
    let response = darkroom.get_with("/tr:w-50/photo.jpg", &[("if-none-match", "\"other\"")]).await;
    assert_eq!(response.status(), 200);
    let other = darkroom.get("/tr:w-51/photo.jpg").await;
    assert_ne!(field(&other, "etag"), etag);
    let webp = darkroom.get_with("/tr:w-50/photo.jpg", &[("accept", "image/webp")]).await;
    assert_ne!(field(&webp, "etag"), etag, "another format is another representation");
}

async fn head_and_options(darkroom: &Darkroom) {
    let pictures = folder();
    darkroom.folder(pictures.path()).await;
    let url = format!("{}/tr:w-50/photo.jpg", darkroom.delivery);
    let get = darkroom.get("/tr:w-50/photo.jpg").await;
    let head = darkroom.http.head(&url).send().await.unwrap();
    assert_eq!(head.status(), 200);
    for name in ["content-length", "content-type", "etag", "cache-control"] {
        assert_eq!(field(&head, name), field(&get, name), "{name}");
    }
    assert!(head.bytes().await.unwrap().is_empty());
    let options = darkroom.http.request(Method::OPTIONS, &url).send().await.unwrap();
    assert_eq!(options.status(), 204);
    assert!(field(&options, "allow").contains("GET"));
    let post = darkroom.http.post(&url).send().await.unwrap();
    assert_eq!(post.status(), 405);
    assert!(field(&post, "allow").contains("GET"));
}

async fn errors_teach(darkroom: &Darkroom) {
    let pictures = folder();
    darkroom.folder(pictures.path()).await;
    for (path, status, code, mentions) in [
        ("/tr:w-abc/photo.jpg", 400, "EINVAL", vec!["w", "abc"]),
        ("/tr:wdith-300/photo.jpg", 400, "EINVAL", vec!["wdith"]),
        ("/tr:w-300,w-200/photo.jpg", 400, "EINVAL", vec!["w"]),
        ("/tr:/photo.jpg", 400, "EINVAL", vec![]),
        ("/tr:rt-9999/photo.jpg", 400, "EINVAL", vec!["rt"]),
        ("/tr:e-bgremove/photo.jpg", 400, "UNSUPPORTED", vec!["e-bgremove"]),
        ("/tr:w-9000/photo.jpg", 400, "ELIMIT", vec!["8192"]),
        ("/tr:f-gif/photo.jpg", 400, "", vec!["f"]),
        ("/tr:w-10/missing.jpg", 404, "ENOENT", vec!["missing.jpg"]),
        ("/tr:w-10/broken.jpg", 400, "EIMAGE", vec![]),
        ("/broken.jpg", 400, "EIMAGE", vec![]),
        ("/tr:w-10/cut.jpg", 400, "EIMAGE", vec![]),
        ("/a/../photo.jpg", 400, "EINVAL", vec![]),
        ("/a/%2e%2e/photo.jpg", 400, "EINVAL", vec![]),
        ("/a%00b.jpg", 400, "EINVAL", vec![]),
        ("/%ff.jpg", 400, "EINVAL", vec![]),
    ] {
        let response = raw_get(darkroom, path).await;
        let (found, head, body) = response;
        assert_eq!(found, status, "{path}: {body}");
        let lower = head.to_lowercase();
        assert!(lower.contains("cache-control: no-store"), "{path}: {head}");
        assert!(lower.contains(&format!("ik-error: {}", code.to_lowercase())), "{path}: {head}");
        assert!(lower.contains("request-id: "), "{path}: {head}");
        let body: Value = serde_json::from_str(&body).unwrap();
        let message = body["error"]["message"].as_str().unwrap();
        assert!(
            !body["error"]["code"].as_str().unwrap().is_empty() && !body["error"]["help"].as_str().unwrap().is_empty(),
            "{path}: {body}"
        );
        for word in mentions {
            assert!(message.contains(word), "{path}: {message}");
        }
    }
}

/// A GET that no client library tidies up: `..` goes out as it is.
async fn raw_get(darkroom: &Darkroom, path: &str) -> (u16, String, String) {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let address = darkroom.delivery.trim_start_matches("http://");
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    stream
        .write_all(format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n").as_bytes())
        .await
        .unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, head.to_owned(), body.to_owned())
}

async fn not_an_image(darkroom: &Darkroom) {
    let pictures = folder();
    darkroom.folder(pictures.path()).await;
    let response = darkroom.get("/tr:w-10/notes.txt").await;
    assert_eq!(response.status(), 200);
    assert_eq!(field(&response, "content-type"), "text/plain");
    assert_eq!(field(&response, "x-content-type-options"), "nosniff");
    assert_eq!(response.text().await.unwrap(), "only words\n");

    let response = darkroom.get("/drawing.svg").await;
    assert_eq!(field(&response, "content-type"), "image/svg+xml");
    assert!(field(&response, "content-security-policy").contains("sandbox"));

    let response = darkroom.get("/page.html").await;
    assert!(field(&response, "content-security-policy").contains("sandbox"));
    assert!(field(&response, "content-disposition").starts_with("attachment"));

    let response = darkroom.get("/tr:w-10/photo.jpg?ik-attachment=true").await;
    assert!(field(&response, "content-disposition").starts_with("attachment"));
    assert!(field(&response, "content-disposition").contains("photo.jpg"));
}

async fn endpoints_by_prefix_and_host(darkroom: &Darkroom) {
    let (first, second) = (folder(), folder());
    std::fs::remove_file(second.path().join("photo.jpg")).unwrap();
    darkroom.folder(first.path()).await;
    let other = darkroom.folder(second.path()).await;
    darkroom
        .url_endpoint(
            json!({"description": "other", "urlPrefix": "other", "origins": [other], "hosts": ["img.example.com"]}),
        )
        .await;

    assert_eq!(darkroom.get("/tr:w-9/photo.jpg").await.status(), 200);
    assert_eq!(darkroom.get("/other/tr:w-9/photo.jpg").await.status(), 404);
    assert_eq!(darkroom.get("/other/tr:w-9/logo.png").await.status(), 200);
    assert_eq!(darkroom.get("/tr:w-9/other/logo.png").await.status(), 404, "only the first segment is a prefix");
    let by_host = [("host", "IMG.example.com:443")];
    assert_eq!(darkroom.get_with("/tr:w-9/photo.jpg", &by_host).await.status(), 404);
    assert_eq!(darkroom.get_with("/tr:w-9/logo.png", &by_host).await.status(), 200);
}

async fn the_first_origin_that_has_it(darkroom: &Darkroom) {
    let (first, second) = (folder(), folder());
    std::fs::remove_file(first.path().join("photo.jpg")).unwrap();
    std::fs::write(second.path().join("logo.png"), b"not looked at").unwrap();
    let first = darkroom.folder(first.path()).await;
    let second_id = darkroom.folder(second.path()).await;
    darkroom.url_endpoint(json!({"description": "both", "urlPrefix": "both", "origins": [first, second_id]})).await;
    assert_eq!(darkroom.get("/both/tr:w-9/photo.jpg").await.status(), 200, "from the second");
    assert_eq!(darkroom.get("/both/tr:w-9/logo.png").await.status(), 200, "from the first");
}

async fn a_default_image_stands_in(darkroom: &Darkroom) {
    let pictures = folder();
    let origin = darkroom.folder(pictures.path()).await;
    let endpoint = |image: &str| json!({"description": "d", "urlPrefix": image.replace('.', "-"), "origins": [origin], "defaultImage": image});
    darkroom.url_endpoint(endpoint("logo.png")).await;
    darkroom.url_endpoint(endpoint("none.png")).await;
    let response = darkroom.get("/logo-png/tr:w-30,f-png/missing.jpg").await;
    assert_eq!((response.status().as_u16(), field(&response, "x-default-image")), (200, "1"));
    assert!(field(&response, "cache-control").contains("max-age=10,"), "{}", field(&response, "cache-control"));
    assert_eq!(facts(&response.bytes().await.unwrap()), (30, 15, "image/png"), "transformed as asked");
    let response = darkroom.get("/logo-png/tr:w-30,f-png/photo.jpg").await;
    assert!(!response.headers().contains_key("x-default-image"));
    let response = darkroom.get("/none-png/tr:w-30/missing.jpg").await;
    assert_eq!(response.status(), 404);
    assert!(response.text().await.unwrap().contains("missing.jpg"), "not the default image's path");
}

async fn unknown_parameters_can_be_ignored(darkroom: &Darkroom) {
    let pictures = folder();
    let origin = darkroom.folder(pictures.path()).await;
    darkroom
        .url_endpoint(
            json!({"description": "l", "urlPrefix": "lenient", "origins": [origin], "unknownParameters": "IGNORE"}),
        )
        .await;
    let response = darkroom.get("/lenient/tr:w-30,sparkle-9/photo.jpg").await;
    assert_eq!(response.status(), 200);
    assert!(field(&response, "warning").contains("sparkle"), "{}", field(&response, "warning"));
    assert_eq!(facts(&response.bytes().await.unwrap()).0, 30);
}

async fn signed_urls(darkroom: &Darkroom) {
    let pictures = folder();
    let origin = darkroom.folder(pictures.path()).await;
    darkroom
        .url_endpoint(
            json!({"description": "signed", "urlPrefix": "signed", "origins": [origin], "restrictUnsigned": true}),
        )
        .await;
    let refused = darkroom.get("/signed/tr:w-9/photo.jpg").await;
    assert_eq!(
        (refused.status().as_u16(), field(&refused, "ik-error").split(' ').next()),
        (401, Some("SIGNATURE_MISSING"))
    );
    let refused = darkroom.get("/signed/tr:w-9/photo.jpg?ik-s=0000").await;
    assert_eq!(
        (refused.status().as_u16(), field(&refused, "ik-error").split(' ').next()),
        (401, Some("SIGNATURE_INVALID"))
    );
    let key =
        aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, crate::darkroom::KEY.as_bytes());
    let signature = aws_lc_rs::hmac::sign(&key, b"tr:w-9/photo.jpg9999999999");
    let signature = hex::encode(signature);
    assert_eq!(darkroom.get(&format!("/signed/tr:w-9/photo.jpg?ik-s={signature}")).await.status(), 200);
    assert_eq!(darkroom.get(&format!("/signed/tr:w-10/photo.jpg?ik-s={signature}")).await.status(), 401);
}

async fn chained_steps(darkroom: &Darkroom) {
    let pictures = folder();
    darkroom.folder(pictures.path()).await;
    let response = darkroom.get("/tr:w-400:rt-90:w-100,h-100,cm-pad_resize,bg-FF00FF/photo.jpg").await;
    assert_eq!(response.status(), 200);
    let body = response.bytes().await.unwrap();
    assert_eq!(facts(&body), (100, 100, "image/jpeg"));
    // 800 × 600 became 400 × 300, then 300 × 400, then 75 × 100 between two bands of magenta.
    assert!(is_near(colour_at(&body, 0.05, 0.5), [255, 0, 255]));
    assert!(is_near(colour_at(&body, 0.3, 0.2), [30, 30, 220]), "what was bottom left is top left now");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_equal_requests_are_one_computation() {
    let darkroom = Darkroom::start(Transport::InProcess).await;
    let pictures = folder();
    darkroom.folder(pictures.path()).await;
    let requests = (0..200).map(|_| darkroom.get("/tr:w-333/photo.jpg"));
    for response in futures::future::join_all(requests).await {
        assert_eq!(response.status(), 200);
    }
    let metrics = darkroom.http.get(format!("{}/metrics", darkroom.admin)).send().await.unwrap().text().await.unwrap();
    let jobs: f64 = metrics
        .lines()
        .filter(|line| line.starts_with("darkroom_worker_jobs_total"))
        .map(|line| line.rsplit(' ').next().unwrap().parse::<f64>().unwrap())
        .sum();
    assert!((jobs - 1.0).abs() < 0.5, "{jobs} jobs for one rendition");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_queue_says_when_to_come_again() {
    let settings = [("DARKROOM_WORKERS", "1"), ("DARKROOM_QUEUE", "1")];
    let darkroom = Darkroom::start_with(Transport::InProcess, &settings).await;
    let pictures = folder();
    darkroom.folder(pictures.path()).await;
    let paths: Vec<String> = (0..40).map(|index| format!("/tr:w-{},f-avif/photo.jpg", 500 + index)).collect();
    let responses = futures::future::join_all(paths.iter().map(|path| darkroom.get(path))).await;
    let (mut served, mut shed) = (0, 0);
    for response in responses {
        match response.status().as_u16() {
            200 => served += 1,
            503 => {
                shed += 1;
                assert!(field(&response, "retry-after").parse::<u32>().unwrap() >= 1);
                assert!(field(&response, "ik-error").starts_with("OVERLOADED"));
            }
            other => panic!("{other}"),
        }
    }
    assert!(served >= 2 && shed >= 1, "{served} served, {shed} shed");
    assert_eq!(darkroom.get("/tr:w-20/photo.jpg").await.status(), 200, "and it goes on");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_worker_costs_nobody_an_image() {
    let darkroom = Darkroom::start(Transport::InProcess).await;
    let pictures = folder();
    darkroom.folder(pictures.path()).await;
    let paths: Vec<String> = (0..24).map(|index| format!("/tr:w-{},f-avif/photo.jpg", 700 - index)).collect();
    let requests = futures::future::join_all(paths.iter().map(|path| darkroom.get(path)));
    let killer = async {
        let mut killed = 0;
        for _ in 0..3 {
            tokio::time::sleep(std::time::Duration::from_millis(150)).await;
            // The one that has worked longest is the likeliest to be at work.
            if let Some(worker) = children(darkroom.server_pid()).first() {
                killed += u32::from(
                    std::process::Command::new("kill").args(["-KILL", &worker.to_string()]).status().unwrap().success(),
                );
            }
        }
        killed
    };
    let (responses, killed) = futures::join!(requests, killer);
    assert!(killed >= 2, "{killed} workers were killed");
    for (path, response) in paths.iter().zip(responses) {
        assert_eq!(response.status(), 200, "{path}: {:?}", response.headers().get("ik-error"));
    }
}

/// Process ids of the children of a process.
fn children(parent: u32) -> Vec<u32> {
    let tasks = std::fs::read_dir(format!("/proc/{parent}/task")).unwrap();
    let lists = tasks.filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("children")).ok());
    lists.flat_map(|list| list.split_whitespace().map(|pid| pid.parse().unwrap()).collect::<Vec<u32>>()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sources_are_bounded_together() {
    let settings = [("DARKROOM_SOURCE_MEMORY", "64KiB")];
    let darkroom = Darkroom::start_with(Transport::InProcess, &settings).await;
    let pictures = folder();
    std::fs::write(pictures.path().join("large.txt"), vec![b'x'; 100_000]).unwrap();
    darkroom.folder(pictures.path()).await;
    let paths =
        (0..20).map(|index| if index % 2 == 0 { "/large.txt".into() } else { format!("/tr:w-{index}/photo.jpg") });
    let paths: Vec<String> = paths.collect();
    let responses = futures::future::join_all(paths.iter().map(|path| darkroom.get(path))).await;
    for (path, response) in paths.iter().zip(responses) {
        assert_eq!(
            response.status(),
            200,
            "{path}: what is larger than all waits until it is alone, and the others too"
        );
    }
}
