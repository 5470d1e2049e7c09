//! `darkroom serve` and `darkroom server`: bind, start, serve, drain.

use super::Failure;
use crate::{demo, settings::Settings, telemetry};
use clap::Args;
use darkroom_gateway::{Config as GatewayConfig, Gateway, transport};
use darkroom_server::{secret::ExposeSecret, server::Server};
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    sync::watch,
    task::JoinSet,
};

/// How long what is under way may take to finish after a stop was asked for.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(35);

#[derive(Debug, Args)]
pub struct Arguments {
    /// Draw some pictures, serve them under `/demo`, and print URLs to open.
    #[arg(long)]
    demo: bool,
}

/// Serves gRPC, and with `gateway` HTTP as well.
pub async fn run(settings: Settings, gateway: Option<Arguments>) -> Result<(), Failure> {
    std::fs::create_dir_all(&settings.data_dir)
        .map_err(|error| format!("data folder {}: {error}", settings.data_dir.display()))?;
    // Ports first: nothing is started, and no key is made, for a process that cannot serve.
    let grpc = bind(settings.grpc_addr, "gRPC").await?;
    let http = match gateway {
        None => None,
        Some(_) => Some((bind(settings.delivery_addr, "delivery").await?, bind(settings.admin_addr, "admin").await?)),
    };
    let server = Server::start(settings.server.clone()).await?;
    let new_key = server.registry().ensure_access_key(settings.private_key.clone()).await?;

    let mut service = Service::default();
    let stopped = service.stopped();
    let mut greeting = vec![format!("gRPC        {}", grpc.local_addr()?)];
    service.tasks.spawn({
        let (server, stopped) = (server.clone(), stopped.clone());
        async move { Ok(server.serve(grpc, wait(stopped)).await?) }
    });
    if let Some((delivery, admin)) = http {
        let (delivery_addr, admin_addr) = (delivery.local_addr()?, admin.local_addr()?);
        greeting.insert(0, format!("delivery    http://{delivery_addr}/"));
        greeting.insert(1, format!("management  http://{admin_addr}/"));
        if gateway.is_some_and(|arguments| arguments.demo) {
            demo::seed(&server, &settings.data_dir.join("demo")).await?;
            greeting.push("open in a browser:".to_owned());
            greeting.extend(demo::URLS.iter().map(|path| format!("  http://{delivery_addr}{path}")));
        }
        let workers = server.workers().clone();
        let gateway = Gateway::new(
            GatewayConfig::default(),
            Arc::new(server.images()),
            Some(Arc::new(server.images())),
            transport::embedded(server.routes()),
            Arc::new(telemetry::metrics),
            Arc::new(move || workers.is_ready()),
        );
        service.serve_http(&gateway, delivery, admin);
    }
    greet(&greeting, new_key.as_ref().map(ExposeSecret::expose_secret));

    let served = service.run().await;
    server.close().await?;
    served
}

/// What is served until the process is told to stop. The admin port goes last: it is where `/readyz` says that the
/// rest is draining.
#[derive(Debug, Default)]
pub(super) struct Service {
    tasks: JoinSet<Result<(), Failure>>,
    admin: JoinSet<Result<(), Failure>>,
    stop: watch::Sender<bool>,
    stop_admin: watch::Sender<bool>,
}

impl Service {
    fn stopped(&self) -> watch::Receiver<bool> {
        self.stop.subscribe()
    }

    /// Serves both ports of a gateway.
    pub(super) fn serve_http(&mut self, gateway: &Gateway, delivery: TcpListener, admin: TcpListener) {
        let (served, stopped) = (gateway.clone(), self.stop.subscribe());
        self.tasks.spawn(async move { Ok(served.serve_delivery(delivery, wait(stopped)).await?) });
        let (served, stopped) = (gateway.clone(), self.stop_admin.subscribe());
        self.admin.spawn(async move { Ok(served.serve_admin(admin, wait(stopped)).await?) });
    }

    /// Runs until the process is told to stop, or until a part fails; then everything finishes what it has begun.
    pub(super) async fn run(mut self) -> Result<(), Failure> {
        let ended = tokio::select! {
            () = terminated() => Ok(()),
            Some(ended) = self.tasks.join_next() => ended?,
            Some(ended) = self.admin.join_next() => ended?,
        };
        self.stop.send_replace(true);
        let drained = tokio::time::timeout(DRAIN_TIMEOUT, async {
            while let Some(ended) = self.tasks.join_next().await {
                ended??;
            }
            Ok::<(), Failure>(())
        });
        // A client that does not read must not keep the cache from being written out.
        drained.await.unwrap_or(Ok(()))?;
        self.stop_admin.send_replace(true);
        while let Some(ended) = self.admin.join_next().await {
            ended??;
        }
        ended
    }
}

/// Binds a port, or says which setting names it.
pub(super) async fn bind(address: SocketAddr, what: &str) -> Result<TcpListener, Failure> {
    TcpListener::bind(address)
        .await
        .map_err(|error| format!("the {what} port {address} cannot be bound: {error}").into())
}

/// Resolves when the server is to stop.
async fn wait(mut stopped: watch::Receiver<bool>) {
    // An error means that the sender is gone: that is a stop as well.
    _ = stopped.wait_for(|stop| *stop).await;
}

/// Resolves at SIGTERM or SIGINT; a second one ends the process at once.
async fn terminated() {
    let (Ok(mut terminate), Ok(mut interrupt)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        return std::future::pending().await;
    };
    tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
    tokio::spawn(async move {
        tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
        std::process::exit(1);
    });
}

#[allow(clippy::print_stdout)] // what the person who started it wants to know
pub(super) fn greet(lines: &[String], new_key: Option<&str>) {
    println!("Darkroom is running.");
    for line in lines {
        println!("  {line}");
    }
    if let Some(key) = new_key {
        println!("  access key  {key}");
        println!("  (made now, and shown this once: keep it)");
    }
}
