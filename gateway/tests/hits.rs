//! Plain GETs, which are answered without hyper: what is at hand, what is not, and where hyper takes over.

use crate::{
    fakes::{FakeHits, FakeImages, Running, data, facts, rendition, run_hits, telling},
    wire::{Answer, exchange, parse},
};
use darkroom_api::v1::{Rendition, image_source::Source};
use darkroom_gateway::Config;
use futures::{StreamExt, stream};
use std::{collections::HashMap, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{Instant, sleep, timeout},
};
use tonic::Status;

const PATIENCE: Duration = Duration::from_secs(5);

fn cached() -> Rendition {
    Rendition {
        cached: true,
        warnings: vec!["dropped zz-1".into()],
        canonical_url: "https://www.example.com/a.jpg".into(),
        ..rendition()
    }
}

/// All is at hand, but what has `miss` in its URL.
fn hits() -> FakeHits {
    FakeHits::of(cached(), "abcdef", |asked| !asked.target.contains("miss"))
}

async fn running(hits: &FakeHits) -> Running {
    run_hits(Config::default(), FakeImages::of(cached()), hits).await
}

/// Each of the answers that came, by their lengths.
fn answers(mut came: &[u8]) -> Vec<Answer> {
    let mut answers = Vec::new();
    while let Some(mut answer) = parse(came) {
        let head = came.windows(4).position(|window| window == b"\r\n\r\n").unwrap() + 4;
        let length = if answer.status == 304 { 0 } else { answer.field("content-length").parse().unwrap() };
        answer.body.truncate(length);
        answers.push(answer);
        came = &came[head + length..];
    }
    assert!(came.is_empty(), "{came:?}");
    answers
}

fn lasting(answer: &Answer) -> HashMap<String, String> {
    let passing = ["date", "request-id", "server-timing", "connection"];
    answer.fields.clone().into_iter().filter(|(name, _)| !passing.contains(&name.as_str())).collect()
}

#[tokio::test]
async fn a_hit_says_what_the_call_says() {
    for (target, fields, status) in [
        ("/a.jpg", "", 200),
        ("/a.jpg?ik-attachment=true&ik-attachment-filename=b", "", 200),
        ("/a.jpg", "accept: image/webp\r\nrange: bytes=0-1\r\n", 200),
        ("/a.jpg", "if-none-match: \"e1\"\r\n", 304),
        ("/a.jpg", "if-none-match: W/\"a\", \"e1\"\r\n", 304),
        ("/a.jpg", "if-none-match: *\r\n", 304),
        ("/a.jpg", "if-none-match: \"a\"\r\n", 200),
    ] {
        // What is written of the facts is of one URL.
        let hits = hits();
        let running = running(&hits).await;
        // The second one is hyper's, because it closes the connection.
        let closing = format!("GET {target} HTTP/1.1\r\nhost: h\r\nconnection: close\r\n{fields}\r\n");
        let request = format!("GET {target} HTTP/1.1\r\nhost: h\r\n{fields}\r\n{closing}");
        let (came, closed) = exchange(running.delivery, request.as_bytes(), PATIENCE).await;
        let answers = answers(&came);
        assert!(closed && hits.given() == 1, "{request}");
        // The fake service does not compare etags.
        let [hit, called] = answers.as_slice() else { panic!("{answers:?}") };
        assert_eq!(hit.status, status, "{request}");
        if status == 200 {
            assert_eq!((hit.status, hit.text(), lasting(hit)), (called.status, called.text(), lasting(called)));
        } else {
            let not_modified = FakeImages::of(Rendition { not_modified: true, ..cached() });
            let running = run_hits(Config::default(), not_modified, &FakeHits::none()).await;
            let (came, _) = exchange(running.delivery, closing.as_bytes(), PATIENCE).await;
            assert_eq!(lasting(hit), parse(&came).map(|called| lasting(&called)).unwrap(), "{request}");
        }
        assert!(hit.field("server-timing").starts_with("cache;dur=0.2;desc=HIT, total;dur="));
        assert_eq!(hit.field("request-id").len(), 32);
        assert!(hit.field("date").ends_with(" GMT"));
    }
}

#[tokio::test]
async fn the_server_is_told_what_the_client_asks_for() {
    let asked_as = |asked: &darkroom_api::at_hand::Asked<'_>| {
        (asked.host, asked.target, asked.accept, asked.request_id) == ("h:80", "/a%20b?c", "image/avif,*/*", "mine-1")
    };
    let hits = FakeHits::of(cached(), "abcdef", asked_as);
    let running = running(&hits).await;
    let request = b"GET /a%20b?c HTTP/1.1\r\nHOST:h:80\r\naccept:  image/avif,*/* \r\nx-request-id: mine-1\r\n\r\nGET /miss HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n";
    let (came, _) = exchange(running.delivery, request, PATIENCE).await;
    assert_eq!(answers(&came)[0].field("request-id"), "mine-1");
    assert_eq!(hits.given(), 1);
}

#[tokio::test]
async fn requests_one_after_the_other_are_answered_in_order_whoever_answers() {
    let hits = hits();
    let running = running(&hits).await;
    let get = |target: &str| format!("GET {target} HTTP/1.1\r\nhost: h\r\nx-request-id: {}\r\n\r\n", &target[1..]);
    let requests = [
        get("/1"),
        get("/2"),
        "\r\n".to_owned(),
        get("/3"),
        get("/4miss"),
        get("/5"),
        "HEAD /6 HTTP/1.1\r\nhost: h\r\nx-request-id: 6\r\nconnection: close\r\n\r\n".to_owned(),
    ]
    .concat();
    let expected = ["1", "2", "3", "4miss", "5", "6"];
    // At once, and in pieces that end in the middle of a request.
    for piece in [requests.len(), 40, 7] {
        let mut client = TcpStream::connect(running.delivery).await.unwrap();
        client.set_nodelay(true).unwrap();
        for piece in requests.as_bytes().chunks(piece) {
            client.write_all(piece).await.unwrap();
            sleep(Duration::from_millis(2)).await;
        }
        let mut came = Vec::new();
        timeout(PATIENCE, client.read_to_end(&mut came)).await.unwrap().unwrap();
        // HEAD has a length and no body.
        let came = [came.as_slice(), b"abcdef"].concat();
        let ids: Vec<_> = answers(&came).iter().map(|answer| answer.field("request-id").to_owned()).collect();
        assert_eq!(ids, expected, "{piece}");
    }
    assert_eq!(hits.given(), 4 * 3);
}

/// One client asks hyper, because it wants the connection closed, and one does not.
#[tokio::test]
async fn what_is_not_at_hand_is_answered_alike_with_and_without_hyper() {
    let failing = || {
        telling(|request| match &request.image.as_ref().unwrap().source {
            Some(Source::DeliveryUrl(url)) if url.target.contains("none") => Err(Status::internal("x")),
            _ if !request.if_none_match.is_empty() => {
                Ok(Box::pin(stream::iter([facts(Rendition { not_modified: true, ..rendition() }, b"")])))
            }
            _ => Ok(Box::pin(stream::iter([facts(rendition(), b"abc"), data(b"def")]))),
        })
    };
    let running = run_hits(Config::default(), failing(), &FakeHits::none()).await;
    for (target, fields, status) in [
        ("/miss", "", 200),
        ("/miss", "accept: image/avif\r\nx-request-id: i\r\n", 200),
        ("/miss", "if-none-match: \"e1\"\r\n", 304),
        ("/none", "", 500),
    ] {
        let get = |more: &str| format!("GET {target} HTTP/1.1\r\nhost: h\r\n{fields}{more}\r\n");
        let (came, _) =
            exchange(running.delivery, (get("") + &get("connection: close\r\n")).as_bytes(), PATIENCE).await;
        let answers = answers(&came);
        let [plain, hyper] = answers.as_slice() else { panic!("{answers:?}") };
        assert_eq!((plain.status, plain.text(), lasting(plain)), (status, hyper.text(), lasting(hyper)), "{target}");
        assert_eq!(plain.field("request-id").len(), hyper.field("request-id").len());
        assert!(plain.field("date").ends_with(" GMT"));
    }
}

#[tokio::test]
async fn an_image_that_breaks_off_ends_the_connection() {
    let images = telling(|_| Ok(Box::pin(stream::iter([facts(rendition(), b"abc"), Err(Status::internal("x"))]))));
    let running = run_hits(Config::default(), images, &FakeHits::none()).await;
    let (came, closed) = exchange(running.delivery, &REQUEST.repeat(2), PATIENCE).await;
    assert!(closed);
    assert_eq!(parse(&came).map(|answer| (answer.status, answer.text())), Some((200, "abc".to_owned())));
}

#[tokio::test]
async fn a_client_that_leaves_ends_the_work_for_it() {
    let (told, mut left) = tokio::sync::mpsc::unbounded_channel();
    let images = telling(move |_| {
        let told = DropGuard(told.clone());
        let late = stream::once(async move {
            let _told = told;
            std::future::pending().await
        });
        Ok(Box::pin(stream::iter([facts(rendition(), b"abc")]).chain(late)))
    });
    let running = run_hits(Config::default(), images, &FakeHits::none()).await;
    let mut client = TcpStream::connect(running.delivery).await.unwrap();
    client.write_all(&REQUEST.repeat(2)).await.unwrap();
    assert!(client.read(&mut [0; 1024]).await.unwrap() > 0);
    drop(client);
    timeout(PATIENCE, left.recv()).await.expect("the work goes on").unwrap();
}

struct DropGuard(tokio::sync::mpsc::UnboundedSender<()>);

impl Drop for DropGuard {
    fn drop(&mut self) {
        let _ = self.0.send(());
    }
}

#[tokio::test]
async fn a_panic_at_hand_is_a_call() {
    let hits = FakeHits::of(cached(), "abcdef", |_| panic!("on purpose"));
    let running = running(&hits).await;
    let request = b"GET /a HTTP/1.1\r\nhost: h\r\n\r\nGET /a HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n";
    let (came, _) = exchange(running.delivery, request, PATIENCE).await;
    assert_eq!(answers(&came).iter().map(|answer| answer.status).collect::<Vec<_>>(), [200, 200]);
}

fn quick() -> Config {
    Config {
        request_head_timeout: Duration::from_millis(300),
        keep_alive_timeout: Duration::from_millis(900),
        write_stall_timeout: Duration::from_millis(500),
        ..Config::default()
    }
}

const REQUEST: &[u8] = b"GET /a HTTP/1.1\r\nhost: h\r\n\r\n";

async fn until_closed(client: &mut TcpStream) -> (Vec<u8>, Duration) {
    let (started, mut came) = (Instant::now(), Vec::new());
    let _ = timeout(PATIENCE, client.read_to_end(&mut came)).await.expect("the connection was not closed");
    (came, started.elapsed())
}

#[tokio::test]
async fn after_a_hit_a_connection_may_idle_longer_than_a_head_may_take() {
    let running = run_hits(quick(), FakeImages::of(cached()), &hits()).await;
    let mut client = TcpStream::connect(running.delivery).await.unwrap();
    client.write_all(REQUEST).await.unwrap();
    sleep(Duration::from_millis(500)).await;
    client.write_all(REQUEST).await.unwrap();
    let (came, idle) = until_closed(&mut client).await;
    assert_eq!(answers(&came).len(), 2);
    assert!(idle > Duration::from_millis(700), "{idle:?}");

    let mut client = TcpStream::connect(running.delivery).await.unwrap();
    client.write_all(REQUEST).await.unwrap();
    sleep(Duration::from_millis(100)).await;
    client.write_all(&REQUEST[..9]).await.unwrap();
    let (came, slow) = until_closed(&mut client).await;
    assert_eq!(answers(&came).len(), 1);
    assert!(slow < Duration::from_millis(800), "{slow:?}");
}

#[tokio::test]
async fn a_client_that_does_not_take_a_hit_is_cut_off() {
    const BYTES: usize = 64 * 1024 * 1024;
    let large =
        FakeHits::of(Rendition { size_bytes: i64::try_from(BYTES).unwrap(), ..cached() }, vec![7; BYTES], |_| true);
    let running = run_hits(quick(), FakeImages::of(cached()), &large).await;
    let mut client = TcpStream::connect(running.delivery).await.unwrap();
    client.write_all(REQUEST).await.unwrap();
    sleep(Duration::from_millis(1200)).await;
    let (came, _) = until_closed(&mut client).await;
    assert!(came.len() < BYTES, "the whole answer came");

    // Who takes it gets it whole.
    let request = [REQUEST, b"GET /miss HTTP/1.0\r\n\r\n"].concat();
    let (came, _) = exchange(running.delivery, &request, PATIENCE).await;
    let first = parse(&came).unwrap();
    assert!(first.body.len() > BYTES && first.body[..BYTES].iter().all(|byte| *byte == 7));
}

#[tokio::test]
async fn shutdown_closes_what_idles_after_a_hit_and_tells_who_is_waiting() {
    let images = telling(|_| {
        let late = stream::once(async {
            sleep(Duration::from_millis(300)).await;
            facts(rendition(), b"abcdef")
        });
        Ok(Box::pin(late))
    });
    let mut running = run_hits(Config::default(), images, &hits()).await;
    let mut waiting = TcpStream::connect(running.delivery).await.unwrap();
    waiting.write_all(b"GET /miss HTTP/1.1\r\nhost: h\r\n\r\n").await.unwrap();
    let mut client = TcpStream::connect(running.delivery).await.unwrap();
    let mut silent = TcpStream::connect(running.delivery).await.unwrap();
    let mut begun = TcpStream::connect(running.delivery).await.unwrap();
    client.write_all(REQUEST).await.unwrap();
    begun.write_all(&REQUEST[..9]).await.unwrap();
    sleep(Duration::from_millis(100)).await;
    running.stop.take().unwrap().send(()).unwrap();
    assert_eq!(answers(&until_closed(&mut client).await.0).len(), 1);
    assert!(until_closed(&mut silent).await.0.is_empty());
    let last = parse(&until_closed(&mut waiting).await.0).unwrap();
    assert_eq!((last.text().as_str(), last.field("connection")), ("abcdef", "close"));
    // What was begun is hyper's to end.
    let _ = begun.write_all(&REQUEST[9..]).await;
    until_closed(&mut begun).await;
    timeout(PATIENCE, running.stopped).await.unwrap().unwrap().unwrap();
}
