//! HTTP to the Darkroom API.
//!
//! Two listeners: *delivery* answers image URLs ([`Gateway::serve_delivery`]), *admin* answers the REST
//! management API, health, metrics and the OpenAPI document ([`Gateway::serve_admin`]).
//!
//! The gateway speaks the generated API (`darkroom_api`) and nothing else: delivery is written against the
//! generated `ImageService` trait, so that in one process it is handed the server itself ([`Images`], and [`Hits`] for
//! what that has at hand), and
//! management goes through the generated clients over a [`Transport`](transport::Transport). It parses
//! no transformation, opens no origin, decodes no image and decides about no access key: the server does.

#![allow(clippy::doc_markdown, reason = "ImageKit and OpenAPI are names, not code")]

mod admin;
mod answer_body;
mod config;
mod connection;
mod deliver;
mod disposition;
mod error;
mod gateway;
mod headers;
mod images;
mod plain;
mod protocol;
pub mod remote;
mod rendition_body;
mod request_id;
mod serve;
pub mod transport;
mod url;

pub use config::Config;
pub use gateway::{Gateway, Metrics, Ready};
pub use images::{Hits, ImageStream, Images};
