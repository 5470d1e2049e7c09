//! The same delivery, with the server elsewhere.

use crate::{
    fakes::{FakeImages, rendition, run_with, status, telling},
    wire::ask,
};
use darkroom_api::v1::{ErrorReason, image_service_server::ImageServiceServer};
use darkroom_gateway::{Config, remote};
use std::sync::Arc;
use tokio::net::TcpListener;
use tonic::{Code, transport::server::TcpIncoming};

async fn served(images: FakeImages) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tonic::transport::Server::builder().add_service(ImageServiceServer::new(images));
    tokio::spawn(server.serve_with_incoming(TcpIncoming::from(listener)));
    format!("http://{address}")
}

#[tokio::test]
async fn images_and_errors_cross_the_network_unchanged() {
    let images = FakeImages::of(rendition());
    let adapter = remote::RemoteImages::new(&served(images.clone()).await, "private_gateway").unwrap();
    assert!(!format!("{adapter:?}").contains("private_gateway"));
    let running = run_with(Config::default(), Arc::new(adapter), None).await;
    let answer = ask(running.delivery, "GET /a.jpg HTTP/1.1\r\nrequest-id: r-1", b"").await;
    assert_eq!((answer.status, answer.text().as_str()), (200, "abcdef"));
    assert_eq!(*images.authorization.lock().unwrap(), "Bearer private_gateway");
    assert_eq!(images.asked.lock().unwrap().as_ref().unwrap().1, "r-1");

    let failing = telling(|_| Err(status(Code::NotFound, ErrorReason::ImageNotFound, "no origin has it", &[])));
    let adapter = remote::RemoteImages::new(&served(failing).await, "k").unwrap();
    let running = run_with(Config::default(), Arc::new(adapter), None).await;
    let answer = ask(running.delivery, "GET /a.jpg HTTP/1.1", b"").await;
    assert_eq!((answer.status, answer.field("ik-error")), (404, "ENOENT - no origin has it"));
}

#[tokio::test]
async fn a_server_that_is_not_there_is_told_without_its_address() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let adapter = remote::RemoteImages::new(&format!("http://{address}"), "k").unwrap();
    let running = run_with(Config::default(), Arc::new(adapter), None).await;
    let answer = ask(running.delivery, "GET /a.jpg HTTP/1.1", b"").await;
    assert_eq!((answer.status, answer.field("retry-after")), (503, "1"));
    assert!(!answer.text().contains("127.0.0.1") && !answer.field("ik-error").contains("127.0.0.1"));
}

#[test]
fn what_is_no_address_and_no_key_is_refused() {
    assert!(remote::channel("not an address").is_err());
    assert!(remote::RemoteImages::new("not an address", "k").is_err());
    assert!(remote::RemoteImages::new("http://h:1", "a b\r\n").is_err());
}
