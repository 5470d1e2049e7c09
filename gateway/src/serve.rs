//! A listener: accepts connections up to a limit, speaks HTTP/1.1 and HTTP/2 on them, and at shutdown lets what
//! is in flight finish.

use crate::{
    answer_body::AnswerBody,
    config::Config,
    connection::{Activity, InFlight, PatientStream},
    deliver::{Delivery, deliver},
    plain::serve_plain,
};
use axum::Router;
use bytes::Bytes;
use http::{HeaderValue, Request, Response, Version, header};
use http_body::{Frame, SizeHint};
use hyper::{
    body::Incoming,
    service::{Service, service_fn},
};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{
        conn::auto,
        graceful::{GracefulShutdown, Watcher},
    },
};
use std::{
    convert::Infallible,
    error::Error,
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};
use tokio::{
    net::TcpListener,
    sync::{Semaphore, watch},
    task::JoinSet,
    time::{sleep, timeout},
};
use tower::ServiceExt;

/// How long to wait after the system had no connection to give, for example for want of file descriptors.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// Bytes of the header fields of an HTTP/2 request.
const HTTP2_HEADER_BYTES_MAX: u32 = 32 * 1024;
/// Bytes that one HTTP/2 stream may have waiting to be sent.
const HTTP2_SEND_BUFFER_BYTES_MAX: usize = 256 * 1024;
/// Bytes that a client may send on an HTTP/2 stream before it is read: enough for a management request.
const HTTP2_STREAM_WINDOW_BYTES: u32 = 64 * 1024;
/// Bytes that a client may send on an HTTP/2 connection before they are read.
const HTTP2_CONNECTION_WINDOW_BYTES: u32 = 1024 * 1024;
/// Streams that a client may reset before they were accepted; more end the connection (rapid reset).
const HTTP2_PENDING_RESETS_MAX: usize = 20;
/// Streams that a client may make us reset; more end the connection.
const HTTP2_LOCAL_RESETS_MAX: usize = 1024;
/// How often an HTTP/2 client is asked for a sign of life while requests are in flight.
const HTTP2_PING_INTERVAL: Duration = Duration::from_secs(20);
/// How long that sign may take.
const HTTP2_PING_TIMEOUT: Duration = Duration::from_secs(20);

/// Which listener.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Name(pub(crate) &'static str);

/// Who answers on a listener.
#[derive(Clone)]
pub(crate) enum Answers {
    /// Delivery, without a router: all of its URLs are the server's to take apart.
    Delivery(Arc<Delivery>),
    /// Management, health and metrics.
    Admin(Router),
}

impl Answers {
    async fn answer(self, request: Request<Incoming>) -> Response<AnswerBody> {
        match self {
            Self::Delivery(delivery) => deliver(&delivery, request).await,
            Self::Admin(router) => {
                let Ok(response) = router.oneshot(request).await;
                response.map(AnswerBody::Admin)
            }
        }
    }
}

/// Serves until `shutdown` is done and the requests in flight are finished, or the drain timeout is over.
pub(crate) async fn serve(
    name: Name,
    listener: TcpListener,
    answers: Answers,
    config: &Config,
    connections_max: usize,
    shutdown: impl Future<Output = ()> + Send,
) -> io::Result<()> {
    let protocols = Arc::new(protocols(config));
    let places = Arc::new(Semaphore::new(connections_max));
    let graceful = GracefulShutdown::new();
    let (draining, is_draining) = watch::channel(false);
    let open = metrics::gauge!("darkroom_connections", "listener" => name.0);
    let mut connections = JoinSet::new();
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        let place = tokio::select! {
            () = &mut shutdown => break,
            place = Arc::clone(&places).acquire_owned() => place.map_err(io::Error::other)?,
        };
        let stream = tokio::select! {
            () = &mut shutdown => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    tracing::warn!(listener = name.0, %error, "no connection could be accepted");
                    sleep(ACCEPT_PAUSE).await;
                    continue;
                }
            },
        };
        // What finished is taken off the list, or the list would grow for ever.
        while connections.try_join_next().is_some() {}
        // Without it the last part of an answer waits for the acknowledgement of the one before.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(listener = name.0, %error, "TCP_NODELAY could not be set");
        }
        let connection = Connection {
            protocols: Arc::clone(&protocols),
            answers: answers.clone(),
            is_draining: is_draining.clone(),
            watcher: graceful.watcher(),
        };
        let activity = Arc::new(Activity::default());
        let stream = PatientStream::new(stream, Arc::clone(&activity), config);
        let open = open.clone();
        connections.spawn(async move {
            open.increment(1);
            if let Err(error) = connection.serve(stream, activity).await {
                tracing::debug!(listener = name.0, %error, "a connection ended with an error");
            }
            open.decrement(1);
            drop(place);
        });
    }
    drop(listener);
    tracing::info!(listener = name.0, connections = connections.len(), "draining");
    draining.send_replace(true);
    if timeout(config.drain_timeout, graceful.shutdown()).await.is_err() {
        tracing::warn!(listener = name.0, "requests in flight were cut off at the end of the drain timeout");
    }
    connections.shutdown().await;
    Ok(())
}

/// What serving one connection takes.
struct Connection {
    protocols: Arc<auto::Builder<TokioExecutor>>,
    answers: Answers,
    is_draining: watch::Receiver<bool>,
    watcher: Watcher,
}

impl Connection {
    async fn serve(
        self,
        mut stream: PatientStream,
        activity: Arc<Activity>,
    ) -> Result<(), Box<dyn Error + Send + Sync>> {
        if let Answers::Delivery(delivery) = &self.answers {
            match serve_plain(&mut stream, delivery, &activity, self.is_draining).await? {
                None => return Ok(()),
                Some(read) => stream.unread(read),
            }
        }
        // In a box: a connection that is answered without hyper does not carry the room for it along.
        let connection = self.protocols.serve_connection(TokioIo::new(stream), service(activity, self.answers));
        Box::pin(self.watcher.watch(connection.into_owned())).await
    }
}

fn protocols(config: &Config) -> auto::Builder<TokioExecutor> {
    let mut protocols = auto::Builder::new(TokioExecutor::new());
    protocols
        .http1()
        .timer(TokioTimer::new())
        // [`PatientStream`] keeps time instead.
        .header_read_timeout(None)
        .max_headers(config.header_fields_max)
        .max_buf_size(config.connection_buffer_bytes_max);
    protocols
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(config.streams_per_connection_max)
        .max_header_list_size(HTTP2_HEADER_BYTES_MAX)
        .max_send_buf_size(HTTP2_SEND_BUFFER_BYTES_MAX)
        .initial_stream_window_size(HTTP2_STREAM_WINDOW_BYTES)
        .initial_connection_window_size(HTTP2_CONNECTION_WINDOW_BYTES)
        .max_pending_accept_reset_streams(HTTP2_PENDING_RESETS_MAX)
        .max_local_error_reset_streams(HTTP2_LOCAL_RESETS_MAX)
        .keep_alive_interval(HTTP2_PING_INTERVAL)
        .keep_alive_timeout(HTTP2_PING_TIMEOUT);
    protocols
}

// What hyper calls for each request of one connection.
fn service(
    activity: Arc<Activity>,
    answers: Answers,
) -> impl Service<
    Request<Incoming>,
    Response = Response<BodyInFlight>,
    Error = Infallible,
    Future: Future<Output = Result<Response<BodyInFlight>, Infallible>> + Send + 'static,
> {
    service_fn(move |request: Request<Incoming>| {
        let in_flight = activity.begin(request.version());
        let is_http2 = request.version() >= Version::HTTP_2;
        let ends_the_connection = ends_the_connection(&request);
        let answer = answers.clone().answer(request);
        async move {
            let mut response = answer.await;
            if is_http2 {
                response.headers_mut().remove(header::CONNECTION);
            } else if ends_the_connection {
                response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            Ok(response.map(|body| BodyInFlight { body, _in_flight: in_flight }))
        }
    })
}

// Where a body is framed by `Transfer-Encoding`, a proxy before us may have found another end of it (request
// smuggling). Whatever follows it on the connection is not read as a request.
fn ends_the_connection(request: &Request<Incoming>) -> bool {
    request.version() < Version::HTTP_2 && request.headers().contains_key(header::TRANSFER_ENCODING)
}

/// The body of an answer; the request is in flight for as long as it lives.
struct BodyInFlight {
    body: AnswerBody,
    _in_flight: InFlight,
}

impl http_body::Body for BodyInFlight {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
