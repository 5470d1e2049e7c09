//! Reading a body: whole or not at all, within bounds on bytes and on patience.

use super::{Error, Fetch, Limits, attempt::Failure};
use bytes::Bytes;
use futures::{Stream, StreamExt};
use tokio::time::{Instant, timeout_at};

/// Reads `stream` to its end. `declared` is the length that the origin announced.
pub(super) async fn read<E>(
    stream: impl Stream<Item = Result<Bytes, E>>,
    declared: Option<u64>,
    fetch: &Fetch,
    limits: &Limits,
) -> Result<Bytes, Failure> {
    let too_large = || Failure::new(Error::TooLarge { maximum: limits.source_bytes });
    if declared.is_some_and(|length| length > limits.source_bytes) {
        return Err(too_large());
    }
    let mut stream = std::pin::pin!(stream);
    let declared_length = declared.and_then(|length| usize::try_from(length).ok());
    // The origin waits meanwhile, at the other end of a full connection.
    let mut claim = limits.source_memory.reserve(declared_length, !fetch.is_beside).await?;
    let mut data = Vec::with_capacity(declared_length.unwrap_or_default());
    let mut pace = Pace::start(limits);
    while let Some(chunk) = pace.next(limits, stream.next()).await? {
        let chunk = chunk.map_err(|_| broken_off())?;
        if (data.len() + chunk.len()) as u64 > limits.source_bytes {
            return Err(too_large());
        }
        pace.bytes += chunk.len() as u64;
        claim.grow(data.len() + chunk.len())?;
        data.extend_from_slice(&chunk);
    }
    match declared {
        Some(length) if length != data.len() as u64 => Err(broken_off()),
        _ => Ok(claim.hold(data)),
    }
}

fn broken_off() -> Failure {
    Failure::passing(Error::Broken("the origin broke off before the end of the image".to_owned()))
}

/// How much came in the running window.
struct Pace {
    window_end: Instant,
    bytes: u64,
}

impl Pace {
    fn start(limits: &Limits) -> Self {
        Self { window_end: Instant::now() + limits.slow_window, bytes: 0 }
    }

    /// Waits for the next piece for as long as the windows before it had enough in them.
    async fn next<T>(&mut self, limits: &Limits, next: impl Future<Output = T>) -> Result<T, Failure> {
        let mut next = std::pin::pin!(next);
        loop {
            // A drip that never pauses must not slip past the end of its window.
            if Instant::now() < self.window_end
                && let Ok(piece) = timeout_at(self.window_end, &mut next).await
            {
                return Ok(piece);
            }
            let seconds = limits.slow_window.as_secs_f64();
            #[allow(clippy::cast_precision_loss)] // rates, not accounts
            if (self.bytes as f64) < limits.rate_bytes_per_second_min as f64 * seconds {
                return Err(Error::TimedOut(limits.slow_window).into());
            }
            *self = Self::start(limits);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::stream;
    use std::{io, time::Duration};

    const WINDOW: Duration = Duration::from_millis(200);

    fn limits() -> Limits {
        Limits { source_bytes: 10, rate_bytes_per_second_min: 20, slow_window: WINDOW, ..Limits::default() }
    }

    fn fetch() -> Fetch {
        let path = crate::origin::ImagePath::parse("photo.jpg").unwrap();
        Fetch { path, query: String::new(), host: String::new(), if_not_version: None, is_beside: false }
    }

    async fn check(chunks: &[&'static str], declared: Option<u64>) -> Result<Bytes, Error> {
        let chunks: Vec<_> = chunks.iter().map(|chunk| Ok::<_, io::Error>(Bytes::from(*chunk))).collect();
        read(stream::iter(chunks), declared, &fetch(), &limits()).await.map_err(|failure| failure.error)
    }

    #[tokio::test]
    async fn the_whole_body_or_none_of_it() {
        assert_eq!(check(&["abc", "de"], Some(5)).await.unwrap(), "abcde");
        assert_eq!(check(&["abc", "de"], None).await.unwrap(), "abcde");
        assert!(matches!(check(&["abc"], Some(5)).await, Err(Error::Broken(_))));
        assert!(matches!(check(&["abcdef"], Some(5)).await, Err(Error::Broken(_))));
    }

    #[tokio::test]
    async fn the_cap_holds_with_and_without_a_declared_length() {
        assert_eq!(check(&["0123456789"], None).await.unwrap().len(), 10);
        assert_eq!(check(&["01234", "567890"], None).await, Err(Error::TooLarge { maximum: 10 }));
        assert_eq!(check(&[], Some(11)).await, Err(Error::TooLarge { maximum: 10 }));
    }

    fn drip(gap: Duration) -> impl Stream<Item = Result<Bytes, io::Error>> {
        stream::unfold(0, move |count| async move {
            tokio::time::sleep(gap).await;
            (count < 8).then(|| (Ok(Bytes::from_static(b"x")), count + 1))
        })
    }

    #[tokio::test]
    async fn a_drip_is_cut_and_a_slow_line_is_not() {
        assert_eq!(read(drip(WINDOW / 8), None, &fetch(), &limits()).await.unwrap().len(), 8);
        let start = Instant::now();
        let failure = read(drip(WINDOW / 2), None, &fetch(), &limits()).await.unwrap_err();
        assert_eq!(failure.error, Error::TimedOut(WINDOW));
        assert!((WINDOW..WINDOW * 3).contains(&start.elapsed()));
    }
}
