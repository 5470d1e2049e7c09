//! What a browser, a cache and a page of another site see of an image.

use crate::{
    fakes::{FakeImages, data, facts, rendition, run, telling},
    wire::{ask, exchange, parse},
};
use darkroom_api::v1::{Rendition, Timing};
use darkroom_gateway::Config;
use futures::{StreamExt, stream};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::{io::AsyncWriteExt, net::TcpStream, time::sleep};

#[tokio::test]
async fn an_image_carries_what_browsers_and_caches_need() {
    let timing =
        |name: &str, nanos| Timing { name: name.into(), duration: Some(prost_types::Duration { seconds: 0, nanos }) };
    let images = FakeImages::of(Rendition {
        timings: vec![timing("cache", 200_000), timing("fetch", 12_300_000)],
        warnings: vec!["dropped zz-1".into()],
        canonical_url: "https://www.example.com/a.jpg".into(),
        ..rendition()
    });
    let running = run(Config::default(), images.clone()).await;
    let answer = ask(
        running.delivery,
        "GET /acme/tr:w-300,h-300/a%20b.jpg?v=1&tr=rt-90 HTTP/1.1\r\naccept: image/avif\r\naccept: image/webp,*/*\r\nx-request-id: mine-1",
        b"",
    )
    .await;
    assert_eq!((answer.status, answer.text().as_str()), (200, "abcdef"));
    for (name, value) in [
        ("content-type", "image/webp"),
        ("content-length", "6"),
        ("etag", "\"e1\""),
        ("cache-control", "public, max-age=60, s-maxage=60, must-revalidate"),
        ("vary", "Accept"),
        ("last-modified", "Sun, 06 Nov 1994 08:49:37 GMT"),
        ("x-content-type-options", "nosniff"),
        ("access-control-allow-origin", "*"),
        ("cross-origin-resource-policy", "cross-origin"),
        ("timing-allow-origin", "*"),
        ("content-disposition", "inline; filename=\"a.webp\""),
        ("link", "<https://www.example.com/a.jpg>; rel=\"canonical\""),
        ("warning", "299 darkroom \"dropped zz-1\""),
        ("x-cache", "MISS"),
        ("request-id", "mine-1"),
        ("content-security-policy", ""),
    ] {
        assert_eq!(answer.field(name), value, "{name}");
    }
    let timing = answer.field("server-timing");
    assert!(timing.starts_with("cache;dur=0.2;desc=MISS, fetch;dur=12.3, total;dur="), "{timing}");
    assert_eq!(answer.field("access-control-expose-headers"), "*");

    let url = images.asked_url();
    assert_eq!(
        (url.host.as_str(), url.target.as_str()),
        ("images.example", "/acme/tr:w-300,h-300/a%20b.jpg?v=1&tr=rt-90")
    );
    let (asked, id) = images.asked.lock().unwrap().clone().unwrap();
    assert_eq!((asked.accept.as_str(), id.as_str()), ("image/avif, image/webp,*/*", "mine-1"));
    assert!(asked.steps.is_none() && !asked.omit_data && asked.if_none_match.is_empty());
}

#[tokio::test]
async fn head_has_the_fields_and_no_body_and_asks_for_no_data() {
    let images = FakeImages::of(rendition());
    let running = run(Config::default(), images.clone()).await;
    let answer = ask(running.delivery, "HEAD /a.jpg HTTP/1.1", b"").await;
    assert_eq!((answer.status, answer.field("content-length"), answer.body.len()), (200, "6", 0));
    assert_eq!(answer.field("etag"), "\"e1\"");
    assert!(images.asked().omit_data);
}

#[tokio::test]
async fn options_and_other_methods_are_told_what_there_is() {
    let running = run(Config::default(), FakeImages::of(rendition())).await;
    let answer = ask(running.delivery, "OPTIONS /a.jpg HTTP/1.1\r\norigin: https://x.example", b"").await;
    assert_eq!((answer.status, answer.field("allow"), answer.body.len()), (204, "GET, HEAD, OPTIONS", 0));
    assert_eq!(answer.field("access-control-allow-methods"), "GET, HEAD, OPTIONS");
    assert_eq!(ask(running.delivery, "OPTIONS * HTTP/1.1", b"").await.status, 204);
    for method in ["POST", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"] {
        let answer = ask(running.delivery, &format!("{method} /a.jpg HTTP/1.1"), b"").await;
        assert_eq!((answer.status, answer.field("allow")), (405, "GET, HEAD, OPTIONS"), "{method}");
        assert!(answer.field("ik-error").starts_with("EINVAL - "), "{method}");
    }
}

#[tokio::test]
async fn a_client_that_has_the_image_gets_no_second_one() {
    let images = FakeImages::of(Rendition { not_modified: true, cached: true, ..rendition() });
    let running = run(Config::default(), images.clone()).await;
    let answer = ask(running.delivery, "GET /a.jpg HTTP/1.1\r\nif-none-match: W/\"e1\", \"e,2\"", b"").await;
    assert_eq!((answer.status, answer.body.len()), (304, 0));
    assert_eq!(images.asked().if_none_match, ["\"e1\"", "\"e,2\""]);
    assert_eq!((answer.field("etag"), answer.field("vary"), answer.field("x-cache")), ("\"e1\"", "Accept", "HIT"));
    assert_eq!(answer.field("cache-control"), "public, max-age=60, s-maxage=60, must-revalidate");
    assert_eq!((answer.field("content-type"), answer.field("content-length")), ("", ""));
}

#[tokio::test]
async fn documents_that_could_run_are_saved_or_boxed_in() {
    let check = |media_type: &'static str, policy: &'static str, kind: &'static str| async move {
        let images = FakeImages::of(Rendition { media_type: media_type.into(), file_name: "x".into(), ..rendition() });
        let running = run(Config::default(), images).await;
        let answer = ask(running.delivery, "GET /x HTTP/1.1", b"").await;
        assert_eq!(answer.field("content-security-policy"), policy, "{media_type}");
        assert_eq!(answer.field("content-disposition"), format!("{kind}; filename=\"x\""), "{media_type}");
    };
    check("image/png", "", "inline").await;
    check("image/svg+xml", "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox", "inline").await;
    for media_type in ["text/html", "application/xhtml+xml", "text/javascript", "text/xml"] {
        check(media_type, "default-src 'none'; sandbox", "attachment").await;
    }
}

#[tokio::test]
async fn an_attachment_has_the_name_that_the_url_gives() {
    let running = run(Config::default(), FakeImages::of(rendition())).await;
    for (query, expected) in [
        ("ik-attachment=true", "attachment; filename=\"a.webp\""),
        (
            "ik-attachment=true&ik-attachment-filename=caf%C3%A9",
            "attachment; filename=\"caf_.webp\"; filename*=UTF-8''caf%C3%A9.webp",
        ),
        (
            "ik-attachment=true&ik-attachment-filename=a%22%0d%0aset-cookie:x=y",
            "attachment; filename=\"a_set-cookie:x=y.webp\"; filename*=UTF-8''a%22set-cookie%3Ax%3Dy.webp",
        ),
    ] {
        let answer = ask(running.delivery, &format!("GET /a.jpg?{query} HTTP/1.1"), b"").await;
        assert_eq!(answer.field("content-disposition"), expected, "{query}");
        assert_eq!(answer.field("set-cookie"), "", "{query}");
    }
}

#[tokio::test]
async fn one_connection_carries_many_requests() {
    let running = run(Config::default(), FakeImages::of(rendition())).await;
    let request =
        "GET /a HTTP/1.1\r\nhost: h\r\n\r\n".repeat(3) + "GET /a HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n";
    let (came, closed) = exchange(running.delivery, request.as_bytes(), Duration::from_secs(5)).await;
    assert!(closed);
    assert_eq!(String::from_utf8_lossy(&came).matches("HTTP/1.1 200").count(), 4);
}

#[tokio::test]
async fn an_image_that_breaks_off_does_not_look_whole() {
    let images = telling(|_| {
        let failed = stream::once(async {
            sleep(Duration::from_millis(100)).await;
            Err(tonic::Status::internal("canary"))
        });
        Ok(Box::pin(stream::iter([facts(rendition(), b"abc")]).chain(failed)))
    });
    let running = run(Config::default(), images).await;
    let (came, closed) =
        exchange(running.delivery, b"GET /a HTTP/1.1\r\nhost: h\r\n\r\n", Duration::from_secs(5)).await;
    let answer = parse(&came).unwrap();
    assert!(closed && answer.body.len() < 6, "{answer:?}");
}

#[tokio::test]
async fn a_panic_is_one_failed_request() {
    let images = telling(|request| {
        assert!(request.accept.is_empty(), "on purpose");
        Ok(Box::pin(stream::iter([facts(rendition(), b"abc"), data(b"def")])))
    });
    let running = run(Config::default(), images).await;
    let request =
        b"GET /a HTTP/1.1\r\nhost: h\r\naccept: x\r\n\r\nGET /a HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n";
    let (came, _) = exchange(running.delivery, request, Duration::from_secs(5)).await;
    let came = String::from_utf8_lossy(&came).into_owned();
    assert!(came.starts_with("HTTP/1.1 500"), "{came}");
    assert!(came.contains("ik-error: UNIDENTIFIED - ") && !came.contains("on purpose"), "{came}");
    assert!(came.contains("HTTP/1.1 200"), "{came}");
}

#[tokio::test]
async fn a_client_that_leaves_ends_the_work() {
    struct Ends(Arc<AtomicBool>);
    impl Drop for Ends {
        fn drop(&mut self) {
            self.0.store(true, Ordering::SeqCst);
        }
    }
    let ended = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&ended);
    let images = telling(move |_| {
        let ends = Ends(Arc::clone(&flag));
        let begun = stream::iter([facts(rendition(), b"abc")]);
        Ok(Box::pin(begun.chain(stream::pending()).map(move |message| {
            let _held = &ends;
            message
        })))
    });
    let running = run(Config::default(), images).await;
    let mut client = TcpStream::connect(running.delivery).await.unwrap();
    client.write_all(b"GET /a HTTP/1.1\r\nhost: h\r\n\r\n").await.unwrap();
    sleep(Duration::from_millis(100)).await;
    assert!(!ended.load(Ordering::SeqCst));
    drop(client);
    sleep(Duration::from_millis(300)).await;
    assert!(ended.load(Ordering::SeqCst));
}

#[tokio::test]
async fn http2_says_the_same() {
    let images = FakeImages::of(rendition());
    let running = run(Config::default(), images.clone()).await;
    let stream = TcpStream::connect(running.delivery).await.unwrap();
    let executor = hyper_util::rt::TokioExecutor::new();
    let stream = hyper_util::rt::TokioIo::new(stream);
    let (mut sender, connection) = hyper::client::conn::http2::handshake(executor, stream).await.unwrap();
    tokio::spawn(connection);
    let get = |uri: &str| http::Request::get(uri).body(http_body_util::Empty::<bytes::Bytes>::new()).unwrap();
    let answer = sender.send_request(get("http://images.example/a.jpg?x=1")).await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.headers()["content-length"].to_str().unwrap()), (200, "6"));
    let body = http_body_util::BodyExt::collect(answer.into_body()).await.unwrap().to_bytes();
    assert_eq!(&body[..], b"abcdef");
    let url = images.asked_url();
    assert_eq!((url.host.as_str(), url.target.as_str()), ("images.example", "/a.jpg?x=1"));
    let long = format!("http://h/{}", "a".repeat(9000));
    assert_eq!(sender.send_request(get(&long)).await.unwrap().status().as_u16(), 414);
}
