//! Ends the answer to a call whose client takes nothing of it any more.
//!
//! tonic's timeout is over with the head of an answer. After that hyper asks for more of the body when the client has
//! room for it, and for nothing when it has none, so a body cannot even see that its time is up. Its timer therefore
//! wakes no task: it ends the body by itself. What the answer held is let go at once, and a client that comes back is
//! told `DEADLINE_EXCEEDED`.

use bytes::Bytes;
use http::{HeaderMap, Response};
use http_body::{Body as _, Frame, SizeHint};
use std::{
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Wake, Waker},
    time::Duration,
};
use tokio::time::{Instant, Sleep, sleep_until};
use tonic::{Status, body::Body};

/// An answer that ends when a part of it is not taken within `patience`.
pub(super) fn bounded(answer: Response<Body>, patience: Duration) -> Response<Body> {
    answer.map(|body| if body.is_end_stream() { body } else { Body::new(Bounded::new(body, patience)) })
}

struct Bounded {
    held: Arc<Held>,
    patience: Duration,
    timer: Option<Pin<Box<Sleep>>>,
}

/// What the timer ends.
struct Held(Mutex<Answer>);

struct Answer {
    state: State,
    /// When what was given has to be taken; `None` while it is the client who waits.
    due: Option<Instant>,
}

enum State {
    Goes(Body),
    /// Its time was up, and nobody was told yet.
    TimedOut,
    Over,
}

impl Bounded {
    fn new(body: Body, patience: Duration) -> Self {
        let held = Arc::new(Held(Mutex::new(Answer { state: State::Goes(body), due: None })));
        Self { held, patience, timer: None }
    }
}

impl Held {
    fn lock(&self) -> MutexGuard<'_, Answer> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wake for Held {
    fn wake(self: Arc<Self>) {
        let mut answer = self.lock();
        // The timer may have been moved while it went off.
        if answer.due.is_none_or(|due| Instant::now() < due) {
            return;
        }
        if let State::Goes(body) = std::mem::replace(&mut answer.state, State::TimedOut) {
            drop(answer);
            metrics::counter!("darkroom_grpc_stalled_total").increment(1);
            drop(body);
        }
    }
}

impl http_body::Body for Bounded {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let Self { held, patience, timer } = self.get_mut();
        let mut answer = held.lock();
        answer.due = None;
        let polled = match &mut answer.state {
            State::Goes(body) => Pin::new(body).poll_frame(context),
            State::TimedOut => {
                answer.state = State::Over;
                return Poll::Ready(Some(timed_out().map(Frame::trailers)));
            }
            State::Over => return Poll::Ready(None),
        };
        if let Poll::Ready(Some(Ok(frame))) = &polled
            && frame.is_data()
        {
            let due = Instant::now() + *patience;
            answer.due = Some(due);
            let timer = timer.get_or_insert_with(|| Box::pin(sleep_until(due)));
            timer.as_mut().reset(due);
            let waker = Waker::from(Arc::clone(held));
            // It could be over at once; the lock is not for it to take then.
            drop(answer);
            if timer.as_mut().poll(&mut Context::from_waker(&waker)).is_ready() {
                waker.wake();
            }
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        match &self.held.lock().state {
            State::Goes(body) => body.is_end_stream(),
            State::TimedOut => false,
            State::Over => true,
        }
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::default()
    }
}

fn timed_out() -> Result<HeaderMap, Status> {
    let mut trailers = HeaderMap::new();
    Status::deadline_exceeded("the answer was not taken in time").add_header(&mut trailers)?;
    Ok(trailers)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::connections::limited;
    use futures::StreamExt;
    use http_body_util::{BodyExt, StreamBody};
    use std::convert::Infallible;
    use tokio::{
        net::TcpListener,
        sync::mpsc,
        time::{sleep, timeout},
    };
    use tonic::{
        Code,
        transport::{Channel, Endpoint, Server},
    };
    use tower::{Service, ServiceExt};

    const PATIENCE: Duration = Duration::from_millis(200);
    const SOON: Duration = Duration::from_secs(20);
    const PART: Bytes = Bytes::from_static(&[7; 16 * 1024]);
    const PARTS: usize = 64;

    /// Says so when it is dropped.
    struct Guard(mpsc::UnboundedSender<()>);

    impl Drop for Guard {
        fn drop(&mut self) {
            let _ = self.0.send(());
        }
    }

    fn answer(guard: Guard) -> Response<Body> {
        let parts = futures::stream::iter(0..=PARTS).map(move |part| {
            let _held = &guard;
            Ok::<_, Status>(if part < PARTS {
                Frame::data(PART)
            } else {
                let mut trailers = HeaderMap::new();
                Status::ok("").add_header(&mut trailers).map(|()| Frame::trailers(trailers))?
            })
        });
        Response::new(Body::new(StreamBody::new(parts)))
    }

    /// A client of a server that answers each call with [`PARTS`], and tells when an answer is let go.
    async fn client() -> (Channel, mpsc::UnboundedReceiver<()>) {
        let (told, dropped) = mpsc::unbounded_channel();
        let service = tower::service_fn(move |_: http::Request<Body>| {
            let answer = answer(Guard(told.clone()));
            async move { Ok::<_, Infallible>(bounded(answer, PATIENCE)) }
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(Server::builder().serve_with_incoming(service, limited(listener, 1)));
        // Room for a few parts.
        let endpoint = Endpoint::from_shared(url).unwrap().initial_stream_window_size(64 * 1024);
        (endpoint.connect().await.unwrap(), dropped)
    }

    async fn call(channel: &mut Channel) -> Body {
        let request = http::Request::post("/any").body(Body::empty()).unwrap();
        channel.ready().await.unwrap().call(request).await.unwrap().into_body()
    }

    /// Bytes and status of what is left.
    async fn rest(body: &mut Body, pause: Duration) -> (usize, Code) {
        let (mut bytes, mut code) = (0, Code::Unknown);
        while let Some(frame) = timeout(SOON, body.frame()).await.expect("the answer ends") {
            match frame.unwrap().into_data() {
                Ok(data) => bytes += data.len(),
                Err(frame) => code = Status::from_header_map(frame.trailers_ref().unwrap()).unwrap().code(),
            }
            sleep(pause).await;
        }
        (bytes, code)
    }

    #[tokio::test]
    async fn an_answer_that_nobody_takes_is_let_go_and_ends_with_a_status() {
        let (mut channel, mut dropped) = client().await;
        let mut body = call(&mut channel).await;
        let first = body.frame().await.unwrap().unwrap().into_data().unwrap();
        timeout(SOON, dropped.recv()).await.expect("it is let go before the client comes back").unwrap();
        let (bytes, code) = rest(&mut body, Duration::ZERO).await;
        assert_eq!(code, Code::DeadlineExceeded);
        assert!(first.len() + bytes < PARTS * PART.len(), "{bytes}");
    }

    #[tokio::test]
    async fn who_takes_part_after_part_gets_all_however_long_it_takes() {
        let (mut channel, _dropped) = client().await;
        let mut body = call(&mut channel).await;
        assert_eq!(rest(&mut body, PATIENCE / 20).await, (PARTS * PART.len(), Code::Ok));
    }

    #[tokio::test]
    async fn an_answer_that_is_late_by_itself_is_not_ended() {
        let (parts, waiting) = mpsc::unbounded_channel();
        let waiting = futures::stream::unfold(waiting, async |mut waiting| Some((waiting.recv().await?, waiting)));
        let body = Body::new(StreamBody::new(waiting));
        let mut body = bounded(Response::new(body), PATIENCE).into_body();
        let send = |frame| parts.send(Ok::<_, Status>(frame)).unwrap();
        send(Frame::data(PART));
        assert!(body.frame().await.unwrap().is_ok());
        let late = tokio::spawn(async move { (body.frame().await.unwrap().unwrap().is_data(), body) });
        sleep(2 * PATIENCE).await;
        send(Frame::data(PART));
        assert!(timeout(SOON, late).await.unwrap().unwrap().0);
    }
}
