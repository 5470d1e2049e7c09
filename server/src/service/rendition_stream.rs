//! One image as a stream of messages: the facts first, then the bytes in chunks that share the image's memory.

use bytes::Bytes;
use darkroom_api::limits::CHUNK_BYTES;
use std::pin::Pin;
use tokio_stream::Stream;
use tonic::Status;

/// What the streaming calls answer with.
pub type MessageStream<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send + 'static>>;

/// `message(facts, chunk)` for the first chunk, `message(None, chunk)` for the others; one message when there is no data.
pub fn messages<F, T>(
    facts: F,
    data: Bytes,
    message: impl Fn(Option<F>, Bytes) -> T + Send + 'static,
) -> MessageStream<T>
where
    F: Send + 'static,
    T: Send + 'static,
{
    Box::pin(tokio_stream::iter(parts(facts, data, message).map(Ok)))
}

/// As [`messages`], without waiting.
pub fn parts<F, T>(facts: F, data: Bytes, message: impl Fn(Option<F>, Bytes) -> T) -> impl Iterator<Item = T> {
    let mut facts = Some(facts);
    let count = data.len().div_ceil(CHUNK_BYTES).max(1);
    (0..count).map(move |index| {
        let start = index * CHUNK_BYTES;
        let end = (start + CHUNK_BYTES).min(data.len());
        message(facts.take(), data.slice(start..end))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio_stream::StreamExt;

    async fn sizes(length: usize) -> Vec<(bool, usize)> {
        let stream = messages("facts", Bytes::from(vec![7; length]), |facts, data| (facts.is_some(), data.len()));
        stream.map(Result::unwrap).collect().await
    }

    #[tokio::test]
    async fn facts_come_once_and_bytes_come_whole() {
        assert_eq!(sizes(0).await, [(true, 0)]);
        assert_eq!(sizes(CHUNK_BYTES).await, [(true, CHUNK_BYTES)]);
        assert_eq!(sizes(CHUNK_BYTES + 1).await, [(true, CHUNK_BYTES), (false, 1)]);
    }
}
