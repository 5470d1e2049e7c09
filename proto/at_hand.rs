//! The way past the call, for a gateway that shares the process with the server: images that the server can give
//! without waiting.
//!
//! What [`AtHand::at_hand`] gives is what `ImageService.TransformImage` would answer with at that moment; whoever gets
//! nothing from it calls. It exists because a message, a stream and the fields of an answer cost more than an image
//! that lies in memory.

use crate::v1::Rendition;
use bytes::Bytes;
use std::{
    fmt,
    sync::{Arc, OnceLock},
    time::Duration,
};

/// A server that has images at hand.
pub trait AtHand: Send + Sync {
    /// The image behind a delivery URL, if it can be had at once. `None` says nothing of whether there is one.
    fn at_hand(&self, asked: &Asked<'_>) -> Option<Hit>;
}

/// What is asked for: the parts of a `TransformImageRequest` that a plain request has. It gives no client hints.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Host of the URL, as the client sent it.
    pub host: &'a str,
    /// Path and query of the URL, as the client sent them.
    pub target: &'a str,
    /// Media types that the client takes, in the syntax of the field `Accept`.
    pub accept: &'a str,
    /// The name of the request, for traces.
    pub request_id: &'a str,
}

/// An image that was at hand.
#[derive(Debug, Clone)]
pub struct Hit {
    /// What is told of it.
    pub facts: Arc<Facts>,
    /// The whole image.
    pub data: Bytes,
    /// How long it took to find.
    pub took: Duration,
}

/// What is told of one image under one URL. The server keeps it for as long as it stays true, so that it is made once.
pub struct Facts {
    /// As the call answers, without timings.
    pub rendition: Rendition,
    /// What the gateway made of them: the lines of an answer's head that every image under this URL has in common.
    /// The server does not read it.
    pub written: OnceLock<Written>,
}

/// Lines of the head of an answer, each with its line end.
#[derive(Debug, Clone)]
pub struct Written {
    /// What `304 Not Modified` carries too.
    pub freshness: Box<[u8]>,
    /// What an image carries beside that.
    pub representation: Box<[u8]>,
}

impl fmt::Debug for Facts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Facts").field("rendition", &self.rendition).finish_non_exhaustive()
    }
}
