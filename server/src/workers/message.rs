//! What the server and a worker say to each other. Both are always the same build, so there are no versions.

use darkroom_engine as engine;
use serde::{Deserialize, Serialize};

/// The first message to a worker.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Setup {
    /// Address space that the worker may have, in bytes.
    pub memory_bytes: u64,
    /// The longest rendition that it may answer with, in bytes.
    pub rendition_bytes_max: u64,
    /// Limits of the engine.
    pub limits: engine::Limits,
}

/// A job; the source image comes with it as a file.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(super) enum Job {
    /// Make a rendition. The file holds the source and, behind it, what layers use.
    Render {
        /// The canonical text.
        pipeline: String,
        /// What the client takes.
        accept: engine::Accept,
        /// The rectangle that is stored with the source.
        focus_area: Option<engine::Area>,
        /// What to favour.
        favour: engine::Favour,
        /// Bytes of the file that are the source; the resources follow, one after the other.
        source_bytes: u64,
        /// Path and bytes of each resource.
        resources: Vec<(String, u64)>,
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
    },
    /// It has the job: from now on, its death is the job's doing.
    Taken,
    /// The rendition comes with this message as a file.
    Rendered {
        /// Its format.
        format: engine::Format,
        /// Width in pixels.
        width_px: u32,
        /// Height in pixels.
        height_px: u32,
        /// Where the time went.
        timings: engine::Timings,
        /// Bytes of the file.
        size_bytes: u64,
    },
    /// The header.
    Metadata(engine::Metadata),
    /// The engine said no.
    Failed(engine::Error),
    /// What a probe found.
    #[cfg(test)]
    Probed(Vec<String>),
}
