//! How the commands reach a running server: gRPC, with the access key.

use super::Failure;
use crate::settings::Settings;
use darkroom_server::secret::ExposeSecret;
use tonic::{
    Request, Status,
    metadata::{Ascii, MetadataValue},
    service::interceptor::InterceptedService,
    transport::{Channel, Endpoint},
};

/// A channel that carries the access key.
pub type Authorized = InterceptedService<Channel, Bearer>;

/// Puts the access key on every call.
#[derive(Clone)]
pub struct Bearer(MetadataValue<Ascii>);

impl tonic::service::Interceptor for Bearer {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        request.metadata_mut().insert("authorization", self.0.clone());
        Ok(request)
    }
}

/// Connects to the server at `DARKROOM_GRPC_ADDR`.
pub async fn connect(settings: &Settings) -> Result<Authorized, Failure> {
    let key = settings.private_key.as_ref().ok_or(
        "an access key is needed: set DARKROOM_PRIVATE_KEY to the key that the server printed at its first start",
    )?;
    let mut value: MetadataValue<Ascii> = format!("Bearer {}", key.expose_secret()).parse()?;
    value.set_sensitive(true);
    let address = settings.grpc_addr;
    let channel = Endpoint::try_from(format!("http://{address}"))?
        .connect()
        .await
        .map_err(|error| format!("no server answers at {address} (DARKROOM_GRPC_ADDR): {error}"))?;
    Ok(InterceptedService::new(channel, Bearer(value)))
}

/// A status in words for the person who typed the command.
#[allow(clippy::needless_pass_by_value)] // it stands in `map_err`
pub fn failure(status: Status) -> Failure {
    status.message().to_owned().into()
}
