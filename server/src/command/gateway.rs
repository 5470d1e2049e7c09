//! `darkroom gateway --server http://host:9090`: HTTP in front of a server elsewhere.

use super::{
    Failure,
    serve::{Service, bind, greet},
};
use crate::{settings::Settings, telemetry};
use clap::Args;
use darkroom_gateway::{
    Config as GatewayConfig, Gateway,
    remote::{RemoteImages, channel},
    transport,
};
use darkroom_server::secret::ExposeSecret;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tonic::transport::Channel;
use tonic_health::pb::{HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient};

/// How often the server is asked whether it serves.
const HEALTH_INTERVAL: Duration = Duration::from_secs(2);

#[derive(Debug, Args)]
pub struct Arguments {
    /// Address of the server, for example http://server:9090.
    #[arg(long, env = "DARKROOM_SERVER")]
    server: String,
}

pub async fn run(settings: Settings, arguments: Arguments) -> Result<(), Failure> {
    let key = settings
        .private_key
        .as_ref()
        .ok_or("the gateway needs an access key of the server: set DARKROOM_PRIVATE_KEY")?;
    let channel = channel(&arguments.server)?;
    let images = RemoteImages::new(&arguments.server, key.expose_secret())?;
    let delivery = bind(settings.delivery_addr, "delivery").await?;
    let admin = bind(settings.admin_addr, "admin").await?;
    let ready = watch_health(channel.clone());
    let gateway = Gateway::new(
        GatewayConfig::default(),
        Arc::new(images),
        None,
        transport::remote(channel),
        Arc::new(telemetry::metrics),
        Arc::new(move || ready.load(Ordering::Relaxed)),
    );
    greet(
        &[
            format!("delivery    http://{}/", delivery.local_addr()?),
            format!("management  http://{}/", admin.local_addr()?),
            format!("server      {}", arguments.server),
        ],
        None,
    );
    let mut service = Service::default();
    service.serve_http(&gateway, delivery, admin);
    service.run().await
}

/// Whether the server serves, as of the last time that it was asked.
fn watch_health(channel: Channel) -> Arc<AtomicBool> {
    let ready = Arc::new(AtomicBool::new(false));
    let answer = Arc::clone(&ready);
    tokio::spawn(async move {
        let mut client = HealthClient::new(channel);
        loop {
            let asked = tokio::time::timeout(HEALTH_INTERVAL, client.check(HealthCheckRequest::default())).await;
            let serves = matches!(asked, Ok(Ok(reply)) if reply.get_ref().status() == ServingStatus::Serving);
            answer.store(serves, Ordering::Relaxed);
            tokio::time::sleep(HEALTH_INTERVAL).await;
        }
    });
    ready
}
