//! The rooms put together: what a process that serves the API holds.

mod connections;
mod stalls;

use crate::{
    cache::{self, Cache},
    delivery::{self, Delivery},
    origin::{self, Clients, Network},
    registry::{self, Registry},
    service::{
        access::Access, image_service::Images, named_transformation_service::NamedTransformations, not_built::NotBuilt,
        origin_service::Origins, url_endpoint_service::UrlEndpoints,
    },
    workers::{self, Pool},
};
use darkroom_api::{
    DESCRIPTOR_SET,
    limits::{
        CALL_TIMEOUT, CONNECTION_WINDOW_BYTES, CONNECTIONS_MAX, FRAME_BYTES, MESSAGE_BYTES_MAX, STALL_TIMEOUT,
        STREAMS_PER_CONNECTION_MAX,
    },
    v1::{
        access_key_service_server::AccessKeyServiceServer, cache_service_server::CacheServiceServer,
        image_service_server::ImageServiceServer,
        named_transformation_service_server::NamedTransformationServiceServer,
        origin_service_server::OriginServiceServer, url_endpoint_service_server::UrlEndpointServiceServer,
    },
};
use std::{future::Future, sync::Arc, time::Duration};
use tokio::net::TcpListener;
use tonic::{
    codec::CompressionEncoding,
    service::{Routes, interceptor::InterceptedService},
};
use tonic_health::{
    ServingStatus,
    pb::health_server::HealthServer,
    server::{HealthReporter, HealthService},
};
use tower::util::MapResponseLayer;

/// How long a connection may be silent before it is asked whether it is still there.
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(30);
/// How long it has to say so.
const KEEPALIVE_TIMEOUT: Duration = Duration::from_secs(20);
/// Bytes of the header fields of one request.
const HEADER_LIST_BYTES_MAX: u32 = 16 * 1024;
/// Streams that a client opened and reset before they were looked at; more close the connection (rapid reset).
const PENDING_RESET_STREAMS_MAX: usize = 20;

/// What every room needs.
#[derive(Debug, Clone)]
#[allow(missing_docs)] // each room's type says it
pub struct Config {
    pub registry: registry::Config,
    pub network: Network,
    pub origin: origin::Limits,
    pub workers: workers::Config,
    pub cache: cache::Config,
    pub delivery: delivery::Config,
}

/// The server was not started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The registry.
    #[error(transparent)]
    Registry(#[from] registry::Error),
    /// The cache.
    #[error(transparent)]
    Cache(#[from] cache::Error),
    /// The workers.
    #[error(transparent)]
    Workers(#[from] workers::Error),
}

/// The rooms of a process that serves the API. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct Server {
    registry: Registry,
    clients: Arc<Clients>,
    workers: Pool,
    cache: Cache,
    images: Images,
    health: HealthReporter,
}

impl Server {
    /// Opens the registry and the cache and starts the workers.
    pub async fn start(config: Config) -> Result<Self, StartError> {
        let registry = Registry::open(&config.registry).await?;
        let clients = Arc::new(Clients::new(config.network, config.origin));
        let cache = Cache::open(&config.cache).await?;
        let workers = Pool::start(config.workers).await?;
        let delivery =
            Delivery::new(registry.clone(), Arc::clone(&clients), workers.clone(), cache.clone(), config.delivery);
        let health = HealthReporter::new();
        let server = Self { registry, clients, workers, cache, images: Images::new(delivery), health };
        server.tell_health(ServingStatus::Serving).await;
        Ok(server)
    }

    /// What `grpc.health.v1` says of the server as a whole, and of each service that is built.
    async fn tell_health(&self, status: ServingStatus) {
        const BUILT: [&str; 4] = ["ImageService", "OriginService", "UrlEndpointService", "NamedTransformationService"];
        self.health.set_service_status("", status).await;
        for service in BUILT {
            self.health.set_service_status(format!("darkroom.v1.{service}"), status).await;
        }
    }

    /// What is registered.
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// The worker processes.
    pub fn workers(&self) -> &Pool {
        &self.workers
    }

    /// The image service itself, for a gateway in the same process.
    pub fn images(&self) -> Images {
        self.images.clone()
    }

    /// All services with their limits; every one but health and reflection behind an access key.
    pub fn routes(&self) -> Routes {
        let access = Access::new(self.registry.clone());
        macro_rules! service {
            ($server:ident, $service:expr) => {
                InterceptedService::new(
                    $server::new($service)
                        .max_decoding_message_size(MESSAGE_BYTES_MAX)
                        .max_encoding_message_size(MESSAGE_BYTES_MAX)
                        .accept_compressed(CompressionEncoding::Gzip),
                    access.clone(),
                )
            };
        }
        let health = HealthServer::new(HealthService::from_health_reporter(self.health.clone()));
        let reflection = tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(DESCRIPTOR_SET)
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
            .build_v1()
            .expect("the descriptor set was made by build.rs");
        Routes::new(service!(ImageServiceServer, self.images.clone()))
            .add_service(service!(OriginServiceServer, Origins::new(self.registry.clone(), Arc::clone(&self.clients))))
            .add_service(service!(UrlEndpointServiceServer, UrlEndpoints::new(self.registry.clone())))
            .add_service(service!(NamedTransformationServiceServer, NamedTransformations::new(self.registry.clone())))
            .add_service(service!(CacheServiceServer, NotBuilt))
            .add_service(service!(AccessKeyServiceServer, NotBuilt))
            .add_service(health)
            .add_service(reflection)
            .prepare()
    }

    /// Serves gRPC and gRPC-Web on `listener` until `shutdown`, then finishes what is under way.
    pub async fn serve(
        &self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), tonic::transport::Error> {
        let server = self.clone();
        let shutdown = async move {
            shutdown.await;
            server.tell_health(ServingStatus::NotServing).await;
        };
        tonic::transport::Server::builder()
            .accept_http1(true) // gRPC-Web
            .max_concurrent_streams(STREAMS_PER_CONNECTION_MAX)
            .max_frame_size(FRAME_BYTES)
            .initial_connection_window_size(CONNECTION_WINDOW_BYTES)
            .timeout(CALL_TIMEOUT)
            .http2_keepalive_interval(Some(KEEPALIVE_INTERVAL))
            .http2_keepalive_timeout(Some(KEEPALIVE_TIMEOUT))
            .http2_max_header_list_size(HEADER_LIST_BYTES_MAX)
            .http2_max_pending_accept_reset_streams(Some(PENDING_RESET_STREAMS_MAX))
            .layer(tonic_web::GrpcWebLayer::new())
            .layer(MapResponseLayer::new(|answer| stalls::bounded(answer, STALL_TIMEOUT)))
            .add_routes(self.routes())
            .serve_with_incoming_shutdown(connections::limited(listener, CONNECTIONS_MAX), shutdown)
            .await
    }

    /// Ends the workers and writes out the cache.
    pub async fn close(&self) -> Result<(), cache::Error> {
        self.workers.close().await;
        self.cache.close().await
    }
}
