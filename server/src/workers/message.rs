//! What the server and a worker say to each other. Both are always the same build, so there are no versions.

use darkroom_engine as engine;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The first message to a worker. With it come the area of what it is given and the area of what it makes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Setup {
    /// Address space that the worker may have, in bytes.
    pub memory_bytes: u64,
    /// The longest rendition that it may answer with, in bytes.
    pub rendition_bytes_max: u64,
    /// Limits of the engine.
    pub limits: engine::Limits,
    /// libvips is loaded before the first word, which says what came of it. Otherwise the first job that needs it does.
    pub tries_libvips: bool,
}

/// Jobs on one source. What they need lies in the area: the source, if it is a new one, and behind it what layers use.
///
/// An order without jobs is not answered. The worker lets go of its source, and does what else the order says.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Order {
    /// libvips is loaded first.
    pub loads_libvips: bool,
    /// Where the source is.
    pub source: SourceBytes,
    /// Path and bytes of each resource, one behind the other.
    pub resources: Vec<(String, u64)>,
    /// What else waits for the same source: canonical texts, which need not be complete.
    pub expected: Vec<Arc<str>>,
    /// What to do. They are answered one by one, in this order, so that the first caller does not wait for the last.
    pub jobs: Vec<Job>,
}

/// Where the source of an order is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum SourceBytes {
    /// In the area, so many bytes.
    Given(u64),
    /// The worker has it, with all that it made of it: it is that of the order before.
    Held,
}

impl Default for SourceBytes {
    fn default() -> Self {
        Self::Given(0)
    }
}

/// A job.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) enum Job {
    /// Make a rendition.
    Render {
        /// The canonical text.
        pipeline: String,
        /// What the client takes.
        accept: engine::Accept,
        /// The rectangle that is stored with the source.
        focus_area: Option<engine::Area>,
        /// What to favour.
        favour: engine::Favour,
    },
    /// Read the header.
    Metadata,
    /// What tests need a worker to do. Not in the program that users run.
    #[cfg(test)]
    Probe(super::tests::Probe),
}

/// What a worker says.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Answer {
    /// The worker is set up. Names the parts of its isolation that this system does not offer.
    Ready {
        /// One sentence each.
        missing: Vec<String>,
        /// The version of libvips, or why there is none, where it was to be tried.
        libvips: Option<Result<String, String>>,
    },
    /// It begins the next job: from now on, its death is that job's doing.
    Taken,
    /// The rendition lies in the area, behind those of the jobs before it in the order.
    Rendered {
        /// Its format.
        format: engine::Format,
        /// Width in pixels.
        width_px: u32,
        /// Height in pixels.
        height_px: u32,
        /// Where the time went.
        timings: engine::Timings,
        /// Its bytes.
        size_bytes: u64,
        /// libvips is loaded in this worker.
        has_libvips: bool,
    },
    /// The header.
    Metadata(engine::Metadata),
    /// The engine said no.
    Failed(engine::Error),
    /// What a probe found.
    #[cfg(test)]
    Probed(Vec<String>),
}
