//! Everything behind the Darkroom API: services, delivery, origins, registry, cache, workers.
//!
//! It speaks gRPC only. No HTTP vocabulary, no C code: pixels are the engine's, in processes of their own.
//! A request goes `service` → `delivery` → `origin` → `workers` → engine, and back the same way.

pub mod cache;
pub mod delivery;
pub mod origin;
pub mod registry;
pub mod secret;
pub mod server;
pub mod service;
pub mod workers;
