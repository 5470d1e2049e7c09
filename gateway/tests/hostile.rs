//! Requests as a fuzzer or a person with bad intentions writes them, byte for byte.

use crate::{
    fakes::{FakeHits, FakeImages, Running, rendition, run, run_hits},
    wire::{exchange, parse},
};
use darkroom_gateway::Config;
use std::time::Duration;

/// What a request may come to.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Fate {
    /// One answer with this status, and the connection is closed.
    Refused(u16),
    /// Refused with any 4xx or 5xx, or closed without a word.
    RefusedSomehow,
    /// One answer with this status, and the next request is answered too.
    Answered(u16),
    /// No answer of its own: empty lines before a request are allowed (RFC 9112 §2.2).
    Skipped,
    /// The image.
    Served,
}
use Fate::{Answered, Refused, RefusedSomehow, Served, Skipped};

const HOST: &str = "\r\nhost: h\r\n\r\n";

fn requests() -> Vec<(Vec<u8>, Fate)> {
    let text = |text: String, fate| (text.into_bytes(), fate);
    let get = |target: &str, fate| text(format!("GET {target} HTTP/1.1{HOST}"), fate);
    let fields = |fields: &str, fate| text(format!("GET /a HTTP/1.1\r\n{fields}\r\n\r\n"), fate);
    vec![
        // Targets
        get("/a", Served),
        get("//a//b", Served),
        get("//evil.example/a", Served),
        get("/a/../../etc/passwd", Served),
        get("/%2e%2e/%00/a", Served),
        get("/a?x=<script>", Refused(400)),
        get("/tr:w-1/https://h/a", Served),
        get("/\\..\\a", Served),
        get("http://h/a", Served),
        get("https://other/a", Served),
        get("http://user:password@h/a", Refused(400)),
        get("ftp://h/a", Refused(400)),
        get("h:80", RefusedSomehow),
        get("a", RefusedSomehow),
        get("*", Refused(400)),
        get("?x", RefusedSomehow),
        get("", RefusedSomehow),
        get("/a b", RefusedSomehow),
        get("/a\tb", RefusedSomehow),
        get("/a\0b", RefusedSomehow),
        get("/a\x7fb", RefusedSomehow),
        get("/a\rb", RefusedSomehow),
        get(&format!("/{}", "a".repeat(8 * 1024 - 1)), Served),
        get(&format!("/{}", "a".repeat(8 * 1024)), Refused(414)),
        get(&format!("/{}", "a".repeat(40_000)), Refused(414)),
        get(&format!("/?{}", "a".repeat(200_000)), RefusedSomehow),
        (b"GET /\xff\xfe HTTP/1.1\r\nhost: h\r\n\r\n".to_vec(), RefusedSomehow),
        // Request lines
        text(format!("GET /a HTTP/1.2{HOST}"), RefusedSomehow),
        text(format!("GET /a HTTP/3.0{HOST}"), RefusedSomehow),
        text(format!("GET /a HTTP/1.1 x{HOST}"), RefusedSomehow),
        text(format!("GET  /a HTTP/1.1{HOST}"), RefusedSomehow),
        text(format!("G\0T /a HTTP/1.1{HOST}"), RefusedSomehow),
        text(format!("get /a HTTP/1.1{HOST}"), Answered(405)),
        text(format!("{} /a HTTP/1.1{HOST}", "G".repeat(10_000)), Answered(405)),
        text(format!("CONNECT evil.example:443 HTTP/1.1{HOST}"), RefusedSomehow),
        text("GET /a\r\n\r\n".into(), RefusedSomehow),
        text("\r\n\r\n\r\n\r\n".into(), Skipped),
        text("\x16\x03\x01\x02\x00\x01\x00\x01\r\n\r\n".into(), RefusedSomehow),
        text("PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n".into(), RefusedSomehow),
        // Host
        fields("x: y", Refused(400)),
        fields("host: a\r\nhost: b", Refused(400)),
        fields("host: a/b", Refused(400)),
        fields("host: a@b", Refused(400)),
        fields("host: a b", Refused(400)),
        fields("host: \u{e9}", Refused(400)),
        fields(&format!("host: {}", "a".repeat(300)), Refused(400)),
        // Fields
        fields("host: h\r\nx y: z", RefusedSomehow),
        fields("host: h\r\nx : z", RefusedSomehow),
        fields("host: h\r\n folded", RefusedSomehow),
        fields("host: h\r\nx: a\0b", RefusedSomehow),
        fields("host: h\r\n: x", RefusedSomehow),
        fields(&format!("host: h{}", "\r\nx: y".repeat(100)), Refused(431)),
        fields(&format!("host: h\r\nx: {}", "y".repeat(100_000)), Refused(431)),
        // Where the body ends
        fields("host: h\r\ncontent-length: 5", Refused(400)),
        fields("host: h\r\ncontent-length: 0", Served),
        fields("host: h\r\ncontent-length: -1", Refused(400)),
        fields("host: h\r\ncontent-length: +5", Refused(400)),
        fields("host: h\r\ncontent-length: 0x5", Refused(400)),
        fields("host: h\r\ncontent-length: 99999999999999999999999", Refused(400)),
        fields("host: h\r\ncontent-length: 5\r\ncontent-length: 6", Refused(400)),
        fields("host: h\r\ncontent-length: 5, 6", Refused(400)),
        fields("host: h\r\ncontent-length: 5\r\ntransfer-encoding: chunked", Refused(400)),
        fields("host: h\r\ntransfer-encoding: chunked\r\ncontent-length: 5", Refused(400)),
        fields("host: h\r\ntransfer-encoding: chunked", Refused(400)),
        fields("host: h\r\ntransfer-encoding: chunked, identity", Refused(400)),
        fields("host: h\r\ntransfer-encoding: xchunked", Refused(400)),
        fields("host: h\r\ntransfer-encoding:\x0bchunked", RefusedSomehow),
    ]
}

async fn check(running: &Running, request: &[u8], fate: Fate) {
    // What follows a refused request must not be taken for another one.
    let second = b"GET /smuggled HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n";
    let both = [request, second].concat();
    let (came, closed) = exchange(running.delivery, &both, Duration::from_secs(5)).await;
    let shown = String::from_utf8_lossy(&request[..request.len().min(120)]).into_owned();
    assert!(closed, "the connection stayed open: {shown:?}");
    let answers = String::from_utf8_lossy(&came).matches("HTTP/1.1 ").count();
    let status = parse(&came).map(|answer| answer.status);
    match fate {
        Served => assert_eq!((status, answers), (Some(200), 2), "{shown:?}"),
        Skipped => assert_eq!((status, answers), (Some(200), 1), "{shown:?}"),
        Answered(expected) => assert_eq!((status, answers), (Some(expected), 2), "{shown:?}"),
        Refused(expected) => assert_eq!((status, answers), (Some(expected), 1), "{shown:?}"),
        RefusedSomehow => {
            assert!(status.is_none_or(|status| status >= 400) && answers <= 1, "{shown:?}: {status:?} {answers}");
        }
    }
}

#[tokio::test]
async fn a_hostile_request_is_refused_and_nothing_follows_it() {
    let config = Config { request_head_timeout: Duration::from_millis(500), ..Config::default() };
    let running = run(config.clone(), FakeImages::of(rendition())).await;
    // Nor where hits are answered without hyper.
    let all_at_hand = FakeHits::of(rendition(), "abcdef", |_| true);
    let running_hits = run_hits(config, FakeImages::of(rendition()), &all_at_hand).await;
    for (request, fate) in requests() {
        check(&running, &request, fate).await;
        check(&running_hits, &request, fate).await;
    }
    assert!(all_at_hand.given() > 0);
}

#[tokio::test]
async fn no_request_makes_a_field_of_its_own_in_the_answer() {
    let running = run(Config::default(), FakeImages::of(rendition())).await;
    for value in ["a\tb", "\u{e9}", "<script>", "a;b=c", "../../x"] {
        let request = format!(
            "GET /{value}?ik-attachment-filename=%0d%0ax-evil:1 HTTP/1.1\r\nhost: h\r\nx-request-id: {value}\r\nif-none-match: \"{value}\"\r\nconnection: close\r\n\r\n"
        );
        let (came, _) = exchange(running.delivery, request.as_bytes(), Duration::from_secs(5)).await;
        let Some(answer) = parse(&came) else { continue };
        assert_eq!(answer.field("x-evil"), "", "{value}");
        assert!(!answer.field("request-id").contains(value), "{value}");
    }
}
