//! The gRPC services: one file each turns messages into domain calls and back, and `status.rs` is the one
//! match from errors to statuses.

pub mod access;
mod at_hand;
mod batch;
pub mod image_service;
pub mod named_transformation_service;
pub mod not_built;
pub mod origin_service;
mod page_token;
pub mod rendition_stream;
pub mod status;
pub mod url_endpoint_service;
