//! How a client in Rust connects. tonic's own settings work as well, and take an image in more and smaller pieces.

use crate::limits::FRAME_BYTES;
use std::time::Duration;
use tonic::transport::{Endpoint, Error};

/// How long a connection to a server may take to open.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How often an open connection is asked for a sign of life.
pub const KEEP_ALIVE_INTERVAL: Duration = Duration::from_secs(20);
/// How long that sign may take.
pub const KEEP_ALIVE_TIMEOUT: Duration = Duration::from_secs(10);

/// A server by its address, for example `http://127.0.0.1:9090`: what the clients in [`crate::v1`] are put on, once it
/// is connected.
///
/// # Errors
/// If that is no address.
pub fn endpoint(server: impl Into<bytes::Bytes>) -> Result<Endpoint, Error> {
    Ok(Endpoint::from_shared(server)?
        .connect_timeout(CONNECT_TIMEOUT)
        .tcp_nodelay(true)
        .max_frame_size(FRAME_BYTES)
        .http2_keep_alive_interval(KEEP_ALIVE_INTERVAL)
        .keep_alive_timeout(KEEP_ALIVE_TIMEOUT)
        .keep_alive_while_idle(true))
}
