//! Services that answer as a test tells them, and a gateway before them.

mod at_hand;
mod images;
mod named_transformations;
mod origins;
mod url_endpoints;

pub(crate) use at_hand::FakeHits;
pub(crate) use images::{FakeImages, data, facts, rendition, telling};
pub(crate) use named_transformations::FakeNamedTransformations;
pub(crate) use origins::FakeOrigins;
pub(crate) use url_endpoints::FakeUrlEndpoints;

use darkroom_api::{
    ERROR_DOMAIN,
    v1::{
        ErrorReason, named_transformation_service_server::NamedTransformationServiceServer,
        origin_service_server::OriginServiceServer, url_endpoint_service_server::UrlEndpointServiceServer,
    },
};
use darkroom_gateway::{Config, Gateway, Hits, Images, transport};
use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};
use tonic::{Code, Request, Status, service::Routes};
use tonic_types::{ErrorDetails, StatusExt};

pub(crate) const KEY: &str = "private_test";

/// A gateway on free ports.
pub(crate) struct Running {
    pub(crate) delivery: SocketAddr,
    pub(crate) admin: SocketAddr,
    pub(crate) origins: FakeOrigins,
    pub(crate) url_endpoints: FakeUrlEndpoints,
    pub(crate) named_transformations: FakeNamedTransformations,
    pub(crate) is_ready: Arc<AtomicBool>,
    pub(crate) gateway: Gateway,
    pub(crate) stop: Option<oneshot::Sender<()>>,
    pub(crate) stopped: JoinHandle<std::io::Result<()>>,
}

/// As in one process with a server that has nothing at hand.
pub(crate) async fn run(config: Config, images: FakeImages) -> Running {
    run_hits(config, images, &FakeHits::none()).await
}

pub(crate) async fn run_hits(config: Config, images: FakeImages, hits: &FakeHits) -> Running {
    run_with(config, Arc::new(images), Some(Arc::new(hits.clone()))).await
}

pub(crate) async fn run_with(config: Config, images: Images, hits: Option<Hits>) -> Running {
    let (origins, url_endpoints) = (FakeOrigins::default(), FakeUrlEndpoints::default());
    let named_transformations = FakeNamedTransformations::default();
    let routes = Routes::new(OriginServiceServer::new(origins.clone()))
        .add_service(UrlEndpointServiceServer::new(url_endpoints.clone()))
        .add_service(NamedTransformationServiceServer::new(named_transformations.clone()));
    let is_ready = Arc::new(AtomicBool::new(true));
    let ready = Arc::clone(&is_ready);
    let gateway = Gateway::new(
        config,
        images,
        hits,
        transport::embedded(routes),
        Arc::new(|| "darkroom_up 1\n".to_owned()),
        Arc::new(move || ready.load(Ordering::Relaxed)),
    );
    let delivery = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let admin = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addresses = (delivery.local_addr().unwrap(), admin.local_addr().unwrap());
    let (stop, stopping) = oneshot::channel();
    let serving = gateway.clone();
    let stopped = tokio::spawn(async move {
        let stopping = async {
            let _ = stopping.await;
        };
        serving.serve_delivery(delivery, stopping).await
    });
    let serving = gateway.clone();
    tokio::spawn(async move { serving.serve_admin(admin, std::future::pending()).await });
    Running {
        delivery: addresses.0,
        admin: addresses.1,
        origins,
        url_endpoints,
        named_transformations,
        is_ready,
        gateway,
        stop: Some(stop),
        stopped,
    }
}

/// A status as the server makes it.
pub(crate) fn status(code: Code, reason: ErrorReason, message: &str, metadata: &[(&str, &str)]) -> Status {
    let metadata = metadata.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
    let details = ErrorDetails::with_error_info(
        reason.reason(),
        ERROR_DOMAIN,
        metadata.collect::<std::collections::HashMap<_, _>>(),
    );
    Status::with_error_details(code, message, details)
}

fn demand_key<T>(request: &Request<T>) -> Result<(), Status> {
    let given = request.metadata().get("authorization").and_then(|value| value.to_str().ok());
    if given == Some(&format!("Bearer {KEY}")) {
        return Ok(());
    }
    Err(status(Code::Unauthenticated, ErrorReason::AccessKeyRequired, "an access key is needed", &[]))
}
