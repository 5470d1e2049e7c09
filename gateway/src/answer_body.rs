//! The bodies of answers: one type for both listeners, so that an image goes to the connection without a box around it.

use crate::rendition_body::RenditionBody;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

/// The body of an answer.
pub(crate) enum AnswerBody {
    /// What is whole from the start; nothing where it is empty.
    Whole(Bytes),
    /// An image.
    Rendition(RenditionBody),
    /// Whatever a route of the admin listener answers.
    Admin(axum::body::Body),
}

impl AnswerBody {
    pub(crate) fn empty() -> Self {
        Self::Whole(Bytes::new())
    }
}

impl Body for AnswerBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        match &mut *self {
            Self::Whole(bytes) => {
                let bytes = std::mem::take(bytes);
                Poll::Ready((!bytes.is_empty()).then(|| Ok(Frame::data(bytes))))
            }
            Self::Rendition(body) => {
                let polled = ready!(Pin::new(body).poll_frame(context));
                Poll::Ready(polled.map(|frame| frame.map_err(axum::Error::new)))
            }
            Self::Admin(body) => Pin::new(body).poll_frame(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Whole(bytes) => bytes.is_empty(),
            Self::Rendition(body) => body.is_end_stream(),
            Self::Admin(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Self::Rendition(body) => body.size_hint(),
            Self::Admin(body) => body.size_hint(),
        }
    }
}
