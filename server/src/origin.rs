//! Where source images come from: one file per kind of origin, and what they have in common.
//!
//! Darkroom only ever reads. Nothing but GET and HEAD leaves this room, and nothing at all before an image is
//! asked for.

pub mod azure_blob;
pub mod folder;
pub mod gcs;
pub mod memory;
pub mod network;
pub mod path;
pub mod s3;
pub mod web_folder;
pub mod web_proxy;

mod answer;
mod attempt;
mod body;
mod check;
mod client;
mod endpoint;
mod error;
mod focus_area;
mod gate;
mod location;
mod store;
mod transport;
mod version;
mod web;

#[cfg(test)]
mod contract;
#[cfg(test)]
mod fakes;

pub use check::CheckStep;
pub use client::{Clients, Fetch, Fetched, Limits};
pub use error::{Error, Invalid};
pub use location::Location;
pub use network::Network;
pub use path::ImagePath;

/// A registered origin.
#[derive(Debug, Clone)]
pub struct Origin {
    /// The last part of its resource name.
    pub id: String,
    /// What people call it.
    pub display_name: String,
    /// Where it is, and the credentials to read it.
    pub location: Location,
    /// Whether answers carry a canonical link.
    pub include_canonical_header: bool,
    /// What the canonical link starts with, without a trailing slash; empty when there is none.
    pub canonical_base_url: String,
    /// When it was registered.
    pub create_time: jiff::Timestamp,
    /// When it was last changed.
    pub update_time: jiff::Timestamp,
    /// Changes with every change.
    pub etag: String,
}
