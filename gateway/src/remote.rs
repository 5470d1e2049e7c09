//! The image service over the network: the generated trait on this side, the generated client on the other.

use crate::images::ImageStream;
use darkroom_api::{
    client,
    v1::{
        BatchTransformImageRequest, BatchTransformImageResponse, ExplainDeliveryRequest, ExplainDeliveryResponse,
        FetchImageRequest, FetchImageResponse, GetImageMetadataRequest, ImageMetadata, SignUrlsRequest,
        SignUrlsResponse, TransformImageRequest, TransformImageResponse, image_service_client::ImageServiceClient,
        image_service_server::ImageService,
    },
};
use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};
use tonic::{
    Request, Response, Status,
    metadata::{Ascii, MetadataValue},
    transport::Channel,
};

/// Why a server cannot be called.
#[derive(Debug, thiserror::Error)]
pub enum RemoteError {
    /// Not an address.
    #[error("the address of a server looks like http://host:9090")]
    Address,
    /// Not a key.
    #[error("an access key is visible ASCII without spaces")]
    AccessKey,
}

/// A channel to a server, opened when it is first used and again whenever it breaks.
pub fn channel(server: &str) -> Result<Channel, RemoteError> {
    // A bare word would be taken for a host, and the mistake found by the first visitor.
    let is_url = ["http://", "https://"].iter().any(|scheme| server.len() > scheme.len() && server.starts_with(scheme));
    let endpoint = client::endpoint(server.to_owned()).ok().filter(|_| is_url).ok_or(RemoteError::Address)?;
    Ok(endpoint.connect_lazy())
}

/// Connections to the server: images of many clients share them, and one is limited to a number of streams.
pub const CONNECTIONS: usize = 4;

/// The image service of a server elsewhere, called with the gateway's own access key.
#[derive(Clone)]
pub struct RemoteImages {
    clients: Arc<[ImageServiceClient<Channel>]>,
    next: Arc<AtomicUsize>,
    authorization: MetadataValue<Ascii>,
}

impl RemoteImages {
    /// Calls the server at this address with the gateway's own access key.
    pub fn new(server: &str, access_key: &str) -> Result<Self, RemoteError> {
        if !access_key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(RemoteError::AccessKey);
        }
        let mut authorization: MetadataValue<Ascii> =
            format!("Bearer {access_key}").parse().map_err(|_| RemoteError::AccessKey)?;
        authorization.set_sensitive(true);
        let clients = (0..CONNECTIONS).map(|_| Ok(ImageServiceClient::new(channel(server)?)));
        let clients = clients.collect::<Result<_, RemoteError>>()?;
        Ok(Self { clients, next: Arc::default(), authorization })
    }

    fn call<T>(&self, mut request: Request<T>) -> (ImageServiceClient<Channel>, Request<T>) {
        request.metadata_mut().insert("authorization", self.authorization.clone());
        let turn = self.next.fetch_add(1, Ordering::Relaxed) % self.clients.len();
        (self.clients[turn].clone(), request)
    }
}

impl fmt::Debug for RemoteImages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RemoteImages")
    }
}

fn boxed<T: Send + 'static>(response: Response<tonic::Streaming<T>>) -> Response<ImageStream<T>> {
    response.map(|stream| Box::pin(stream) as ImageStream<T>)
}

#[tonic::async_trait]
impl ImageService for RemoteImages {
    type FetchImageStream = ImageStream<FetchImageResponse>;
    type TransformImageStream = ImageStream<TransformImageResponse>;
    type BatchTransformImageStream = ImageStream<BatchTransformImageResponse>;

    async fn fetch_image(
        &self,
        request: Request<FetchImageRequest>,
    ) -> Result<Response<Self::FetchImageStream>, Status> {
        let (mut client, request) = self.call(request);
        client.fetch_image(request).await.map(boxed)
    }

    async fn transform_image(
        &self,
        request: Request<TransformImageRequest>,
    ) -> Result<Response<Self::TransformImageStream>, Status> {
        let (mut client, request) = self.call(request);
        client.transform_image(request).await.map(boxed)
    }

    async fn batch_transform_image(
        &self,
        request: Request<BatchTransformImageRequest>,
    ) -> Result<Response<Self::BatchTransformImageStream>, Status> {
        let (mut client, request) = self.call(request);
        client.batch_transform_image(request).await.map(boxed)
    }

    async fn get_image_metadata(
        &self,
        request: Request<GetImageMetadataRequest>,
    ) -> Result<Response<ImageMetadata>, Status> {
        let (mut client, request) = self.call(request);
        client.get_image_metadata(request).await
    }

    async fn explain_delivery(
        &self,
        request: Request<ExplainDeliveryRequest>,
    ) -> Result<Response<ExplainDeliveryResponse>, Status> {
        let (mut client, request) = self.call(request);
        client.explain_delivery(request).await
    }

    async fn sign_urls(&self, request: Request<SignUrlsRequest>) -> Result<Response<SignUrlsResponse>, Status> {
        let (mut client, request) = self.call(request);
        client.sign_urls(request).await
    }
}
