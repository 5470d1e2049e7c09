//! How management calls reach the server: one type for both ways, so that nothing above it knows which.

use tonic::{Status, body::Body, service::Routes, transport::Channel};
use tower::{ServiceExt, util::BoxCloneSyncService};

/// What the generated clients are put on. Its error is `Status` and not a boxed error, because tonic would
/// otherwise have to search a chain of causes for the status on each failed call.
pub type Transport = BoxCloneSyncService<http::Request<Body>, http::Response<Body>, Status>;

/// Calls the services of this process.
pub fn embedded(routes: Routes) -> Transport {
    Transport::new(ServiceExt::<http::Request<Body>>::map_err(routes, |never| match never {}))
}

/// Calls a server over the network; [`remote::channel`](crate::remote::channel) opens the channel.
pub fn remote(channel: Channel) -> Transport {
    Transport::new(ServiceExt::<http::Request<Body>>::map_err(channel, |error| Status::from_error(error.into())))
}
