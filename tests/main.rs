//! One integration binary: HTTP and gRPC in, against real processes, on both transports (server and gateway in
//! one process, and the two apart over the network).
//!
//! Tests against emulators of the clouds need `DARKROOM_TEST_EMULATORS`, which `make test` sets; without it they
//! say that they were skipped.

#![allow(unreachable_pub, missing_docs)] // nobody links a test
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::missing_panics_doc)] // one that unwraps says where it failed

mod bad_requests;
mod batch;
mod contract;
mod darkroom;
mod delivery;
mod documentation;
mod emulated_clouds;
mod emulators;
mod grpc;
mod hits;
mod layers;
mod management;
mod named_transformations;
mod pictures;
mod read_only;
mod restart;
mod s3_in_process;
mod secrets;
mod settings;
mod signed_urls;
mod transform;
mod typed_pipelines;
mod url_suffixes;
mod web_origin;
