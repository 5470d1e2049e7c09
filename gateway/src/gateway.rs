//! What the binary puts together and starts.

use crate::{
    admin::{self, Admin},
    config::Config,
    deliver::Delivery,
    images::{Hits, Images},
    serve::{Answers, Name, serve},
    transport::Transport,
};
use axum::Router;
use std::{
    fmt, io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};
use tokio::net::TcpListener;

/// Gives the metrics of the process in Prometheus' text format.
pub type Metrics = Arc<dyn Fn() -> String + Send + Sync>;

/// Says whether the process can do its work.
pub type Ready = Arc<dyn Fn() -> bool + Send + Sync>;

/// The gateway: delivery and administration, and a way to serve each. Cheap to clone.
#[derive(Clone)]
pub struct Gateway {
    config: Config,
    delivery: Arc<Delivery>,
    admin: Arc<Admin>,
    draining: Arc<AtomicBool>,
}

impl Gateway {
    /// A gateway that delivers from `images` and manages over `transport`. `hits` is what a server in the same process
    /// has at hand; `metrics` and `ready` are the process's, for `/metrics` and `/readyz`.
    pub fn new(
        config: Config,
        images: Images,
        hits: Option<Hits>,
        transport: Transport,
        metrics: Metrics,
        ready: Ready,
    ) -> Self {
        let draining = Arc::new(AtomicBool::new(false));
        let is_draining = Arc::clone(&draining);
        let ready: Ready = Arc::new(move || !is_draining.load(Ordering::Acquire) && ready());
        Self {
            delivery: Arc::new(Delivery::new(images, hits, config.clone())),
            admin: Arc::new(Admin { transport, config: config.clone(), metrics, ready }),
            config,
            draining,
        }
    }

    /// Answers `/v1` (with an access key) and, without one, `/`, `/healthz`, `/readyz`, `/metrics` and
    /// `/openapi.json`: bind it where only operators reach it.
    pub fn admin_router(&self) -> Router {
        admin::router(Arc::clone(&self.admin))
    }

    /// From now on `/readyz` answers 503, so that a load balancer stops sending requests. Call it some seconds
    /// before the shutdown of delivery, which implies it.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::Release);
    }

    /// Serves delivery URLs until `shutdown` is done and the requests in flight are finished, or
    /// [`Config::drain_timeout`] is over.
    pub async fn serve_delivery(
        &self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send,
    ) -> io::Result<()> {
        let connections_max = self.config.delivery_connections_max;
        let shutdown = async {
            shutdown.await;
            self.drain();
        };
        let answers = Answers::Delivery(Arc::clone(&self.delivery));
        serve(Name("delivery"), listener, answers, &self.config, connections_max, shutdown).await
    }

    /// Serves the admin router until `shutdown` is done, likewise. Shut it down after delivery, so that
    /// `/readyz` can be asked while that drains.
    pub async fn serve_admin(
        &self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send,
    ) -> io::Result<()> {
        let connections_max = self.config.admin_connections_max;
        let answers = Answers::Admin(self.admin_router());
        serve(Name("admin"), listener, answers, &self.config, connections_max, shutdown).await
    }
}

impl fmt::Debug for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gateway").field("config", &self.config).finish_non_exhaustive()
    }
}
