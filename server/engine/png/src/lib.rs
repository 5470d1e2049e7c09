//! The rows of a PNG, as fast as they can be had.
//!
//! It reads what nearly all files are: 8 bits, grey or RGB, with or without alpha, not interlaced. All else is
//! refused as [`DecodeError::Unsupported`]. Data that is damaged in any way that shows is refused as
//! [`DecodeError::Broken`], be it a checksum alone: what to make of it is for a decoder that has an opinion.
//!
//! The whole of the data is inflated at once, by libdeflate, which is a third faster than what streams; the price is
//! memory for all of the picture, which [`Header::memory`] tells. Filters are undone as rows are asked for, four at
//! a time where the filter is Paeth's (see `unfilter`).

mod chunks;
mod error;
mod header;
mod rows;
mod unfilter;

pub use error::DecodeError;
pub use header::{Header, Samples};
pub use rows::Rows;

#[cfg(test)]
mod fixtures;
