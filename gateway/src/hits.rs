//! Hits over HTTP/1.1: a plain GET of an image that the server has at hand is read, looked up and written on the
//! connection itself.
//!
//! Reading a request into a map of fields and writing an answer out of one takes longer than finding the image. So this
//! room knows one form of request ([`PlainGet`]) and one kind of answer. The first request that is anything else, and
//! the first image that is not at hand, end it: hyper gets the connection with the bytes that were read, and keeps it.
//! It deliberately judges no request: what it does not know is not wrong, but hyper's.

mod head;
mod plain_get;

pub(crate) use head::{Head, written};
pub(crate) use plain_get::PlainGet;

use crate::{
    connection::{Activity, PatientStream},
    deliver::Delivery,
};
use bytes::Bytes;
use http::Version;
use plain_get::Read;
use std::{
    io::{self, IoSlice},
    pin::pin,
    sync::Arc,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    sync::watch,
};

/// Bytes that are read at once at first.
const READ_BYTES: usize = 2 * 1024;
/// Bytes of a request that is looked at here; hyper gets a longer one.
const REQUEST_BYTES_MAX: usize = 8 * 1024;

/// Answers hits until the connection ends, or `draining` becomes true, or something else is asked. Then it returns what
/// hyper is to read first; nothing where the connection is at its end.
pub(crate) async fn serve_hits(
    stream: &mut PatientStream,
    delivery: &Delivery,
    activity: &Arc<Activity>,
    draining: &mut watch::Receiver<bool>,
) -> io::Result<Option<Bytes>> {
    let mut read = Vec::with_capacity(READ_BYTES);
    let mut head = Head::default();
    // A sender that is gone has stopped too.
    let mut drained = pin!(async { drop(draining.wait_for(|draining| *draining).await) });
    loop {
        match PlainGet::read(&read) {
            Read::Whole(request, length) => {
                let Some(hit) = delivery.hit(&request, &mut head) else {
                    return Ok(Some(read.into()));
                };
                let in_flight = activity.begin(Version::HTTP_11);
                write(stream, head.bytes(), &hit).await?;
                drop(in_flight);
                read.drain(..length);
            }
            Read::Part if read.len() < REQUEST_BYTES_MAX => {
                let bytes = tokio::select! {
                    biased;
                    () = &mut drained => {
                        return if read.is_empty() { end(stream).await } else { Ok(Some(read.into())) };
                    }
                    bytes = stream.read_buf(&mut read) => bytes?,
                };
                if bytes == 0 {
                    return end(stream).await;
                }
            }
            Read::Part | Read::Other => return Ok(Some(read.into())),
        }
    }
}

async fn end(stream: &mut PatientStream) -> io::Result<Option<Bytes>> {
    stream.shutdown().await?;
    Ok(None)
}

/// Head and body leave together, in one call where the client takes them.
async fn write(stream: &mut PatientStream, head: &[u8], body: &[u8]) -> io::Result<()> {
    let mut slices = [IoSlice::new(head), IoSlice::new(body)];
    let mut rest = &mut slices[..];
    while !rest.is_empty() {
        match stream.write_vectored(rest).await? {
            0 => return Err(io::ErrorKind::WriteZero.into()),
            bytes => IoSlice::advance_slices(&mut rest, bytes),
        }
    }
    Ok(())
}
