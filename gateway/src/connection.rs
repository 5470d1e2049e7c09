//! One connection's patience: with a client that does not ask, and with one that does not take.
//!
//! hyper has a timeout for the head of an HTTP/1 request only, and none while it finds out which protocol it
//! hears; and one that closes idle connections as fast as slow heads would fight with load balancers. So the
//! stream itself keeps time, for both protocols, knowing from [`Activity`] when a request is in flight.

use crate::config::{Config, WRITE_PROGRESS_BYTES_MIN};
use bytes::Bytes;
use futures::FutureExt;
use http::Version;
use std::{
    io::{self, IoSlice},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Instant, Sleep, sleep_until},
};

/// What the stream of a connection knows of its requests.
#[derive(Debug, Default)]
pub(crate) struct Activity {
    begun: AtomicUsize,
    ended: AtomicUsize,
    is_http2: AtomicBool,
}

impl Activity {
    /// Says that a request began; it ends when the guard is dropped.
    pub(crate) fn begin(self: &Arc<Self>, version: Version) -> InFlight {
        self.is_http2.store(version == Version::HTTP_2, Ordering::Relaxed);
        self.begun.fetch_add(1, Ordering::AcqRel);
        InFlight(Arc::clone(self))
    }
}

/// A request that has not ended.
#[derive(Debug)]
pub(crate) struct InFlight(Arc<Activity>);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.ended.fetch_add(1, Ordering::AcqRel);
    }
}

/// What the connection waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Awaits {
    /// The first byte of a request.
    Request,
    /// The rest of a request's head.
    Head,
    /// Nothing: a request is in flight.
    Nothing,
}

/// A connection that ends itself when its client is too slow.
pub(crate) struct PatientStream {
    stream: TcpStream,
    /// What was read, and given back to be read again.
    unread: Bytes,
    activity: Arc<Activity>,
    awaits: Awaits,
    begun: usize,
    read_clock: Clock,
    write_clock: Clock,
    /// Bytes that went out since the write clock was set; `None` while the client takes what it is sent.
    written_bytes: Option<usize>,
    request_head_timeout: Duration,
    keep_alive_timeout: Duration,
    write_stall_timeout: Duration,
}

impl PatientStream {
    pub(crate) fn new(stream: TcpStream, activity: Arc<Activity>, config: &Config) -> Self {
        Self {
            stream,
            unread: Bytes::new(),
            activity,
            // From a new connection the head is due at once: a client that only connects asks for nothing.
            awaits: Awaits::Head,
            begun: 0,
            read_clock: Clock::ending_in(config.request_head_timeout),
            write_clock: Clock::ending_in(config.write_stall_timeout),
            written_bytes: None,
            request_head_timeout: config.request_head_timeout,
            keep_alive_timeout: config.keep_alive_timeout,
            write_stall_timeout: config.write_stall_timeout,
        }
    }

    /// Gives back what was read: it is read again before anything else. Nothing may have been given back before.
    pub(crate) fn unread(&mut self, bytes: Bytes) {
        self.unread = bytes;
    }

    // Learns what happened to requests since the last read.
    fn look(&mut self) {
        let begun = self.activity.begun.load(Ordering::Acquire);
        if begun != self.begun {
            self.begun = begun;
            self.awaits = Awaits::Nothing;
        }
        if self.awaits == Awaits::Nothing && self.activity.ended.load(Ordering::Acquire) == begun {
            self.awaits = Awaits::Request;
            self.read_clock.set(self.keep_alive_timeout);
        }
    }

    fn heard(&mut self) {
        // Over HTTP/2 a client may also ping; that a head is begun cannot be told from here, and the keep-alive
        // timeout, which pings do not move, bounds it.
        if self.awaits == Awaits::Request && !self.activity.is_http2.load(Ordering::Relaxed) {
            self.awaits = Awaits::Head;
            self.read_clock.set(self.request_head_timeout);
        }
    }

    fn poll_too_silent(&mut self, context: &mut Context<'_>) -> Poll<io::Error> {
        loop {
            std::task::ready!(self.read_clock.poll(context));
            if self.awaits != Awaits::Nothing {
                return Poll::Ready(io::Error::new(io::ErrorKind::TimedOut, "the client did not ask in time"));
            }
            // A request is in flight, and over HTTP/2 nobody wakes the reader when the last one ends: look again.
            self.look();
            if self.awaits == Awaits::Nothing {
                self.read_clock.set(self.keep_alive_timeout);
            }
        }
    }

    fn wrote(&mut self, written: io::Result<usize>) -> Poll<io::Result<usize>> {
        if let (Some(so_far), Ok(bytes)) = (&mut self.written_bytes, &written) {
            *so_far += bytes;
            if *so_far >= WRITE_PROGRESS_BYTES_MIN {
                self.written_bytes = None;
            }
        }
        Poll::Ready(written)
    }

    fn poll_too_slow(&mut self, context: &mut Context<'_>) -> Poll<io::Error> {
        if self.written_bytes.is_none() {
            self.written_bytes = Some(0);
            self.write_clock.set(self.write_stall_timeout);
        }
        self.write_clock
            .poll(context)
            .map(|()| io::Error::new(io::ErrorKind::TimedOut, "the client did not take its answer in time"))
    }
}

impl AsyncRead for PatientStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.look();
        if !self.unread.is_empty() {
            let bytes = self.unread.len().min(buffer.remaining());
            buffer.put_slice(&self.unread.split_to(bytes));
            return Poll::Ready(Ok(()));
        }
        let filled = buffer.filled().len();
        match Pin::new(&mut self.stream).poll_read(context, buffer) {
            Poll::Ready(read) => {
                if buffer.filled().len() > filled {
                    self.heard();
                }
                Poll::Ready(read)
            }
            Poll::Pending => self.poll_too_silent(context).map(Err),
        }
    }
}

impl AsyncWrite for PatientStream {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match Pin::new(&mut self.stream).poll_write(context, bytes) {
            Poll::Ready(written) => self.wrote(written),
            Poll::Pending => self.poll_too_slow(context).map(Err),
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match Pin::new(&mut self.stream).poll_write_vectored(context, slices) {
            Poll::Ready(written) => self.wrote(written),
            Poll::Pending => self.poll_too_slow(context).map(Err),
        }
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// A deadline that is cheap to move: the timer behind it is moved only when somebody has to wait for it.
struct Clock {
    deadline: Instant,
    timer: Option<Pin<Box<Sleep>>>,
}

impl Clock {
    fn ending_in(timeout: Duration) -> Self {
        Self { deadline: Instant::now() + timeout, timer: None }
    }

    fn set(&mut self, timeout: Duration) {
        self.deadline = Instant::now() + timeout;
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let deadline = self.deadline;
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
        if timer.deadline() != deadline {
            timer.as_mut().reset(deadline);
        }
        timer.poll_unpin(context)
    }
}
