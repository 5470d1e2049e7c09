//! Plain GETs over HTTP/1.1: read, looked up and answered on the connection itself.
//!
//! Reading a request into a map of fields and writing an answer out of one takes longer than finding an image that lies
//! in memory. So this room knows one form of request ([`PlainGet`]). What the server has at hand is written with a head
//! that was written before, anything else comes from [`deliver`](crate::deliver::deliver) as it does for hyper. The
//! first request that is not plain ends it: hyper gets the connection with the bytes that were read, and keeps it.
//! It deliberately judges no request: what it does not know is not wrong, but hyper's.

mod call;
mod draining;
mod get;
mod head;

pub(crate) use get::PlainGet;
pub(crate) use head::{Head, written};

use crate::{
    connection::{Activity, PatientStream},
    deliver::Delivery,
};
use bytes::Bytes;
use draining::Draining;
use get::Read;
use http::Version;
use std::{
    io::{self, IoSlice},
    sync::Arc,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    sync::watch,
};

/// Bytes that are read at once at first.
const READ_BYTES: usize = 2 * 1024;
/// Bytes of a request that is looked at here; hyper gets a longer one. While one is answered, what follows it is read up
/// to this too.
const REQUEST_BYTES_MAX: usize = 8 * 1024;

/// What was asked on a connection, and its answer.
struct Exchange<'a> {
    stream: &'a mut PatientStream,
    /// What was read and not yet answered.
    read: Vec<u8>,
    head: Head,
}

/// Answers plain requests until the connection ends, or `draining` becomes true, or something else is asked. Then it
/// returns what hyper is to read first; nothing where the connection is at its end.
pub(crate) async fn serve_plain(
    stream: &mut PatientStream,
    delivery: &Delivery,
    activity: &Arc<Activity>,
    draining: watch::Receiver<bool>,
) -> io::Result<Option<Bytes>> {
    let mut exchange = Exchange { stream, read: Vec::with_capacity(READ_BYTES), head: Head::default() };
    let mut draining = Draining::new(draining);
    loop {
        match PlainGet::read(&exchange.read) {
            Read::Whole(request, length) => {
                let _in_flight = activity.begin(Version::HTTP_11);
                if let Some(image) = delivery.hit(&request, &mut exchange.head) {
                    exchange.read.drain(..length);
                    exchange.write(&image).await?;
                } else if let Some(request) = request.to_request() {
                    exchange.read.drain(..length);
                    // In a box, because few connections have a use for the room that it takes.
                    if Box::pin(exchange.call(delivery, request, &mut draining)).await?.is_break() {
                        return exchange.end().await;
                    }
                } else {
                    return Ok(Some(exchange.read.into()));
                }
            }
            Read::Part if exchange.read.len() < REQUEST_BYTES_MAX => {
                let Some(bytes) = draining.or(exchange.stream.read_buf(&mut exchange.read)).await else {
                    let begun = std::mem::take(&mut exchange.read);
                    return if begun.is_empty() { exchange.end().await } else { Ok(Some(begun.into())) };
                };
                if bytes? == 0 {
                    return exchange.end().await;
                }
            }
            Read::Part | Read::Other => return Ok(Some(exchange.read.into())),
        }
    }
}

impl Exchange<'_> {
    /// Writes the head and the first or only part of a body. They leave together, in one call where the client takes
    /// them.
    async fn write(&mut self, body: &[u8]) -> io::Result<()> {
        let mut slices = [IoSlice::new(self.head.bytes()), IoSlice::new(body)];
        let mut rest = &mut slices[..];
        while !rest.is_empty() {
            match self.stream.write_vectored(rest).await? {
                0 => return Err(io::ErrorKind::WriteZero.into()),
                bytes => IoSlice::advance_slices(&mut rest, bytes),
            }
        }
        self.head.clear();
        Ok(())
    }

    async fn end(&mut self) -> io::Result<Option<Bytes>> {
        self.stream.shutdown().await?;
        Ok(None)
    }
}
