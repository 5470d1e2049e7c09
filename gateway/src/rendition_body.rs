//! The body of a delivered image: the chunks of the server's stream, passed on as they are.

use crate::images::ImageStream;
use bytes::Bytes;
use darkroom_api::v1::TransformImageResponse;
use futures::FutureExt;
use http_body::{Body, Frame, SizeHint};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use tokio::time::{Sleep, sleep};

/// Why an image broke off. The client sees a broken connection, because its status is long sent: a short body that
/// looked whole could be cached.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BrokenOff {
    #[error("the server failed in the middle of an image, {0:?}")]
    Server(tonic::Code),
    #[error("the server sent other than the announced number of bytes")]
    Length,
    #[error("the server stopped in the middle of an image")]
    Stalled,
    #[error("the server panicked in the middle of an image")]
    Panic,
}

/// The rest of an image. Dropping it drops the server's stream, and so ends the work behind it.
pub(crate) struct RenditionBody {
    stream: ImageStream<TransformImageResponse>,
    /// Data that came with the facts.
    first: Bytes,
    remaining_bytes: u64,
    chunk_timeout: Duration,
    stalled: Option<Pin<Box<Sleep>>>,
}

impl RenditionBody {
    pub(crate) fn new(
        stream: ImageStream<TransformImageResponse>,
        first: Bytes,
        size_bytes: u64,
        chunk_timeout: Duration,
    ) -> Self {
        Self { stream, first, remaining_bytes: size_bytes, chunk_timeout, stalled: None }
    }

    fn poll_chunk(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, BrokenOff>>> {
        loop {
            if !self.first.is_empty() {
                return Poll::Ready(Some(Ok(std::mem::take(&mut self.first))));
            }
            if self.remaining_bytes == 0 {
                return Poll::Ready(None);
            }
            let polled = catch_unwind(AssertUnwindSafe(|| self.stream.as_mut().poll_next(context)));
            match polled {
                Err(_) => return Poll::Ready(Some(Err(BrokenOff::Panic))),
                Ok(Poll::Ready(Some(Ok(message)))) => {
                    self.stalled = None;
                    self.first = message.data;
                }
                Ok(Poll::Ready(Some(Err(status)))) => {
                    return Poll::Ready(Some(Err(BrokenOff::Server(status.code()))));
                }
                Ok(Poll::Ready(None)) => return Poll::Ready(Some(Err(BrokenOff::Length))),
                Ok(Poll::Pending) => {
                    let timeout = self.chunk_timeout;
                    let stalled = self.stalled.get_or_insert_with(|| Box::pin(sleep(timeout)));
                    return stalled.poll_unpin(context).map(|()| Some(Err(BrokenOff::Stalled)));
                }
            }
        }
    }
}

impl Body for RenditionBody {
    type Data = Bytes;
    type Error = BrokenOff;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BrokenOff>>> {
        self.poll_chunk(context).map(|polled| {
            let chunk = polled?.and_then(|chunk| {
                self.remaining_bytes = self.remaining_bytes.checked_sub(chunk.len() as u64).ok_or(BrokenOff::Length)?;
                Ok(chunk)
            });
            if let Err(error) = &chunk {
                tracing::warn!(%error, "an image broke off");
                metrics::counter!("darkroom_delivery_broken_off_total").increment(1);
                // Nothing may follow an error.
                self.remaining_bytes = 0;
                self.first = Bytes::new();
            }
            Some(chunk.map(Frame::data))
        })
    }

    fn is_end_stream(&self) -> bool {
        self.remaining_bytes == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.remaining_bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::{StreamExt, stream};
    use http_body_util::BodyExt;
    use tonic::Status;

    type Message = Result<TransformImageResponse, Status>;

    #[allow(clippy::unnecessary_wraps, reason = "it is an item of a stream of results")]
    fn data(text: &'static str) -> Message {
        Ok(TransformImageResponse { rendition: None, data: Bytes::from_static(text.as_bytes()) })
    }

    async fn check(first: &'static str, size_bytes: u64, rest: Vec<Message>, expected: Result<&str, &str>) {
        let first = Bytes::from_static(first.as_bytes());
        let stream: ImageStream<_> = Box::pin(stream::iter(rest).chain(stream::pending()));
        let body = RenditionBody::new(stream, first, size_bytes, Duration::from_millis(50));
        let read = body.collect().await.map(http_body_util::Collected::to_bytes).map_err(|error| format!("{error:?}"));
        assert_eq!(read.as_deref().map_err(String::as_str), expected.map(str::as_bytes));
    }

    #[tokio::test]
    async fn an_image_is_whole_or_breaks_off() {
        check("", 0, vec![], Ok("")).await;
        check("abc", 3, vec![], Ok("abc")).await;
        check("a", 3, vec![data("b"), data(""), data("c")], Ok("abc")).await;
        check("a", 3, vec![data("bcd")], Err("Length")).await;
        check("abcd", 3, vec![], Err("Length")).await;
        check("a", 3, vec![data("b")], Err("Stalled")).await;
        check("a", 3, vec![Err(Status::internal("x"))], Err("Server(Internal)")).await;
    }

    #[tokio::test]
    async fn a_stream_that_ends_early_or_panics_breaks_the_body_and_nothing_else() {
        let ended: ImageStream<_> = Box::pin(stream::empty());
        let body = RenditionBody::new(ended, Bytes::new(), 1, Duration::from_secs(1));
        assert!(matches!(body.collect().await, Err(BrokenOff::Length)));
        let panics: ImageStream<_> = Box::pin(stream::poll_fn(|_| panic!("on purpose")));
        let body = RenditionBody::new(panics, Bytes::new(), 1, Duration::from_secs(1));
        assert!(matches!(body.collect().await, Err(BrokenOff::Panic)));
    }
}
