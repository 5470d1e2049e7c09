//! What is not at hand: the call, and its answer, written as it comes.

use super::{Exchange, REQUEST_BYTES_MAX, draining::Draining};
use crate::{
    answer_body::AnswerBody,
    deliver::{Delivery, deliver},
};
use bytes::Bytes;
use futures::FutureExt;
use http::{HeaderValue, Request, StatusCode, header};
use http_body::Body;
use std::{
    future::{pending, poll_fn},
    io,
    ops::ControlFlow,
    pin::Pin,
};
use tokio::io::AsyncReadExt;

/// Whether the connection goes on.
type Next = io::Result<ControlFlow<()>>;

impl Exchange<'_> {
    /// Asks the server, and writes what it answers. A client that leaves meanwhile ends the work for it.
    pub(super) async fn call(&mut self, delivery: &Delivery, request: Request<()>, draining: &mut Draining) -> Next {
        let mut response = tokio::select! {
            biased;
            response = deliver(delivery, request) => response,
            () = self.left() => return Ok(ControlFlow::Break(())),
        };
        if draining.has_begun() {
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        let closes = response.headers().contains_key(header::CONNECTION);
        let is_bodiless = response.status() == StatusCode::NOT_MODIFIED;
        if let (false, Some(length)) = (is_bodiless, response.body().size_hint().exact()) {
            response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(length));
        }
        self.head.write_response(&response);
        let mut body = response.into_body();
        // The head does not wait for a body that is late.
        let mut part = if let Some(part) = next_part(&mut body).now_or_never() {
            part?
        } else {
            self.write(b"").await?;
            self.wait_for_part(&mut body).await?
        };
        loop {
            match part {
                Some(bytes) => self.write(&bytes).await?,
                None if self.head.bytes().is_empty() => break,
                None => self.write(b"").await?,
            }
            part = self.wait_for_part(&mut body).await?;
        }
        Ok(if closes { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    }

    async fn wait_for_part(&mut self, body: &mut AnswerBody) -> io::Result<Option<Bytes>> {
        tokio::select! {
            biased;
            part = next_part(body) => part,
            () = self.left() => Err(io::ErrorKind::ConnectionAborted.into()),
        }
    }

    /// Resolves when the client has left. What it sends until then is kept, up to a limit.
    async fn left(&mut self) {
        while self.read.len() < REQUEST_BYTES_MAX {
            if !matches!(self.stream.read_buf(&mut self.read).await, Ok(1..)) {
                return;
            }
        }
        pending::<()>().await;
    }
}

/// The next bytes of a body; nothing at its end.
async fn next_part(body: &mut AnswerBody) -> io::Result<Option<Bytes>> {
    loop {
        match poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await {
            None => return Ok(None),
            // The answer breaks off with the connection, so that it is not taken for whole.
            Some(Err(error)) => return Err(io::Error::other(error)),
            Some(Ok(frame)) => {
                if let Ok(bytes) = frame.into_data() {
                    return Ok(Some(bytes));
                }
            }
        }
    }
}
