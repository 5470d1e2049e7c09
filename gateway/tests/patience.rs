//! Clients that do not ask, that do not take, that are too many, and the end of the process.

use crate::{
    fakes::{FakeImages, data, facts, rendition, run, telling},
    wire::{ask, parse},
};
use bytes::Bytes;
use darkroom_api::v1::{Rendition, TransformImageResponse};
use darkroom_gateway::Config;
use futures::{StreamExt, stream};
use std::time::{Duration, Instant};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{sleep, timeout},
};

const REQUEST: &[u8] = b"GET /a HTTP/1.1\r\nhost: h\r\n\r\n";

fn quick() -> Config {
    Config {
        request_head_timeout: Duration::from_millis(300),
        keep_alive_timeout: Duration::from_millis(900),
        write_stall_timeout: Duration::from_millis(500),
        ..Config::default()
    }
}

// How long until the other side closes; what is read is thrown away.
async fn until_closed(stream: &mut TcpStream) -> Duration {
    let (started, mut buffer) = (Instant::now(), [0; 1024]);
    let closed = timeout(Duration::from_secs(5), async {
        while matches!(stream.read(&mut buffer).await, Ok(bytes) if bytes > 0) {}
    });
    closed.await.expect("the connection was not closed");
    started.elapsed()
}

fn assert_about(elapsed: Duration, milliseconds: u64) {
    let expected = Duration::from_millis(milliseconds);
    assert!(
        elapsed > expected * 8 / 10 && elapsed < expected + Duration::from_millis(700),
        "{elapsed:?}, not {expected:?}"
    );
}

#[tokio::test]
async fn a_connection_that_never_asks_is_closed() {
    let running = run(quick(), FakeImages::of(rendition())).await;
    for begun in [&b""[..], b"G", b"GET /a HTTP/1.1\r\nhost: h\r\nx:", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"PRI * HT"]
    {
        let mut client = TcpStream::connect(running.delivery).await.unwrap();
        client.write_all(begun).await.unwrap();
        let elapsed = until_closed(&mut client).await;
        assert_about(elapsed, 300);
    }
}

#[tokio::test]
async fn a_head_that_drips_is_cut_off() {
    let running = run(quick(), FakeImages::of(rendition())).await;
    let (mut reader, mut writer) = TcpStream::connect(running.delivery).await.unwrap().into_split();
    let started = Instant::now();
    let drip = tokio::spawn(async move {
        for byte in b"GET /a HTTP/1.1\r\nhost: h\r\nx-slow: 1111111111111111111111111111" {
            if writer.write_all(&[*byte]).await.is_err() {
                break;
            }
            sleep(Duration::from_millis(50)).await;
        }
    });
    let mut came = Vec::new();
    let _ = timeout(Duration::from_secs(5), reader.read_to_end(&mut came)).await.expect("not cut off");
    assert_about(started.elapsed(), 300);
    drip.abort();
}

#[tokio::test]
async fn an_idle_connection_outlives_the_head_timeout_and_not_the_keep_alive_timeout() {
    let running = run(quick(), FakeImages::of(rendition())).await;
    let mut client = TcpStream::connect(running.delivery).await.unwrap();
    client.write_all(REQUEST).await.unwrap();
    sleep(Duration::from_millis(500)).await;
    client.write_all(REQUEST).await.unwrap();
    let mut came = vec![0; 8192];
    sleep(Duration::from_millis(100)).await;
    let bytes = client.read(&mut came).await.unwrap();
    assert_eq!(String::from_utf8_lossy(&came[..bytes]).matches("HTTP/1.1 200").count(), 2);
    assert_about(until_closed(&mut client).await, 800);

    // Over HTTP/2 likewise.
    let stream = TcpStream::connect(running.delivery).await.unwrap();
    let executor = hyper_util::rt::TokioExecutor::new();
    let handshake = hyper::client::conn::http2::handshake(executor, hyper_util::rt::TokioIo::new(stream));
    let (mut sender, connection) = handshake.await.unwrap();
    let connection = tokio::spawn(connection);
    let get = http::Request::get("http://h/a").body(http_body_util::Empty::<Bytes>::new()).unwrap();
    let answer = sender.send_request(get).await.unwrap();
    http_body_util::BodyExt::collect(answer.into_body()).await.unwrap();
    let started = Instant::now();
    let _ = timeout(Duration::from_secs(5), connection).await.expect("the idle HTTP/2 connection was not closed");
    assert!(started.elapsed() > Duration::from_millis(700));
}

#[tokio::test]
async fn a_slow_image_is_not_an_idle_connection() {
    let images = telling(|_| {
        let late = stream::once(async {
            sleep(Duration::from_millis(1500)).await;
            data(b"def")
        });
        Ok(Box::pin(stream::iter([facts(rendition(), b"abc")]).chain(late)))
    });
    let running = run(quick(), images).await;
    assert_eq!(ask(running.delivery, "GET /a HTTP/1.1", b"").await.text(), "abcdef");
}

#[tokio::test]
async fn a_client_that_does_not_take_its_answer_is_cut_off() {
    const CHUNK: usize = 256 * 1024;
    const CHUNKS: usize = 400;
    let images = telling(|_| {
        let facts = facts(Rendition { size_bytes: i64::try_from(CHUNKS * CHUNK).unwrap(), ..rendition() }, b"");
        let chunk = || Ok(TransformImageResponse { rendition: None, data: Bytes::from(vec![7; CHUNK]) });
        let chunks = (0..CHUNKS).map(move |_| chunk());
        Ok(Box::pin(stream::iter([facts]).chain(stream::iter(chunks))))
    });
    let running = run(quick(), images).await;
    let mut client = TcpStream::connect(running.delivery).await.unwrap();
    client.write_all(REQUEST).await.unwrap();
    sleep(Duration::from_millis(1200)).await;
    let mut bytes = 0;
    let mut buffer = vec![0; CHUNK];
    while let Ok(read @ 1..) = timeout(Duration::from_secs(5), client.read(&mut buffer)).await.expect("not cut off") {
        bytes += read;
    }
    assert!(bytes < CHUNK * CHUNKS, "the whole answer came");
}

#[tokio::test]
async fn connections_past_the_limit_wait_for_a_place() {
    let config = Config { delivery_connections_max: 1, ..quick() };
    let running = run(config, FakeImages::of(rendition())).await;
    let _holds_the_place = TcpStream::connect(running.delivery).await.unwrap();
    sleep(Duration::from_millis(50)).await;
    let started = Instant::now();
    assert_eq!(ask(running.delivery, "GET /a HTTP/1.1", b"").await.status, 200);
    assert!(started.elapsed() > Duration::from_millis(150), "{:?}", started.elapsed());
}

#[tokio::test]
async fn shutdown_finishes_what_is_in_flight_and_takes_nothing_new() {
    let images = telling(|_| {
        let late = stream::once(async {
            sleep(Duration::from_millis(400)).await;
            data(b"def")
        });
        Ok(Box::pin(stream::iter([facts(rendition(), b"abc")]).chain(late)))
    });
    let mut running = run(Config::default(), images).await;
    let mut idle = TcpStream::connect(running.delivery).await.unwrap();
    let mut client = TcpStream::connect(running.delivery).await.unwrap();
    client.write_all(REQUEST).await.unwrap();
    sleep(Duration::from_millis(100)).await;
    assert_eq!(ask(running.admin, "GET /readyz HTTP/1.1", b"").await.status, 200);
    running.stop.take().unwrap().send(()).unwrap();
    sleep(Duration::from_millis(50)).await;
    assert_eq!(ask(running.admin, "GET /readyz HTTP/1.1", b"").await.status, 503);
    assert!(TcpStream::connect(running.delivery).await.is_err());
    let mut came = Vec::new();
    timeout(Duration::from_secs(5), client.read_to_end(&mut came)).await.unwrap().unwrap();
    assert_eq!(parse(&came).unwrap().text(), "abcdef");
    assert!(until_closed(&mut idle).await < Duration::from_secs(1));
    timeout(Duration::from_secs(5), running.stopped).await.unwrap().unwrap().unwrap();
}

#[tokio::test]
async fn shutdown_waits_no_longer_than_the_drain_timeout() {
    let images = telling(|_| Ok(Box::pin(stream::iter([facts(rendition(), b"abc")]).chain(stream::pending()))));
    let config = Config { drain_timeout: Duration::from_millis(300), ..Config::default() };
    let mut running = run(config, images).await;
    let mut client = TcpStream::connect(running.delivery).await.unwrap();
    client.write_all(REQUEST).await.unwrap();
    sleep(Duration::from_millis(100)).await;
    let started = Instant::now();
    running.stop.take().unwrap().send(()).unwrap();
    timeout(Duration::from_secs(5), running.stopped).await.unwrap().unwrap().unwrap();
    assert_about(started.elapsed(), 300);
}
