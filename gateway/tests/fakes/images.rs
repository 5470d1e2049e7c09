//! An image service that answers as it is told, and remembers what it was asked.

use bytes::Bytes;
use darkroom_api::v1::{
    BatchTransformImageRequest, BatchTransformImageResponse, DeliveryUrl, ExplainDeliveryRequest,
    ExplainDeliveryResponse, FetchImageRequest, FetchImageResponse, GetImageMetadataRequest, ImageMetadata, Rendition,
    SignUrlsRequest, SignUrlsResponse, TransformImageRequest, TransformImageResponse,
    image_service_server::ImageService, image_source::Source,
};
use darkroom_gateway::ImageStream;
use futures::stream;
use std::sync::{Arc, Mutex};
use tonic::{Request, Response, Status};

pub(crate) type Told = Result<ImageStream<TransformImageResponse>, Status>;
type Tell = dyn Fn(&TransformImageRequest) -> Told + Send + Sync;

#[derive(Clone)]
pub(crate) struct FakeImages {
    tell: Arc<Tell>,
    /// The last request, and its request id.
    pub(crate) asked: Arc<Mutex<Option<(TransformImageRequest, String)>>>,
    /// The `authorization` of the last request.
    pub(crate) authorization: Arc<Mutex<String>>,
}

pub(crate) fn telling(tell: impl Fn(&TransformImageRequest) -> Told + Send + Sync + 'static) -> FakeImages {
    FakeImages { tell: Arc::new(tell), asked: Arc::default(), authorization: Arc::default() }
}

pub(crate) fn rendition() -> Rendition {
    Rendition {
        media_type: "image/webp".into(),
        size_bytes: 6,
        etag: "\"e1\"".into(),
        max_age: Some(prost_types::Duration { seconds: 60, nanos: 0 }),
        vary: vec!["Accept".into()],
        file_name: "a.webp".into(),
        modify_time: Some(prost_types::Timestamp { seconds: 784_111_777, nanos: 0 }),
        ..Rendition::default()
    }
}

pub(crate) fn facts(rendition: Rendition, data: &'static [u8]) -> Result<TransformImageResponse, Status> {
    Ok(TransformImageResponse { rendition: Some(rendition), data: Bytes::from_static(data) })
}

pub(crate) fn data(data: &'static [u8]) -> Result<TransformImageResponse, Status> {
    Ok(TransformImageResponse { rendition: None, data: Bytes::from_static(data) })
}

impl FakeImages {
    /// Always this rendition, with these six bytes where data is wanted.
    pub(crate) fn of(rendition: Rendition) -> Self {
        telling(move |request| {
            let mut messages = vec![facts(rendition.clone(), b"")];
            if !request.omit_data && !rendition.not_modified {
                messages.extend([data(b"abc"), data(b"def")]);
            }
            Ok(Box::pin(stream::iter(messages)))
        })
    }

    pub(crate) fn asked(&self) -> TransformImageRequest {
        self.asked.lock().unwrap().clone().expect("nothing was asked").0
    }

    pub(crate) fn asked_url(&self) -> DeliveryUrl {
        match self.asked().image.and_then(|image| image.source) {
            Some(Source::DeliveryUrl(url)) => url,
            other => panic!("{other:?}"),
        }
    }
}

#[tonic::async_trait]
impl ImageService for FakeImages {
    type FetchImageStream = ImageStream<FetchImageResponse>;
    type TransformImageStream = ImageStream<TransformImageResponse>;
    type BatchTransformImageStream = ImageStream<BatchTransformImageResponse>;

    async fn transform_image(
        &self,
        request: Request<TransformImageRequest>,
    ) -> Result<Response<Self::TransformImageStream>, Status> {
        let metadata =
            |name| request.metadata().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        let (id, authorization) = (metadata("request-id"), metadata("authorization"));
        *self.authorization.lock().unwrap() = authorization;
        let message = request.into_inner();
        *self.asked.lock().unwrap() = Some((message.clone(), id));
        (self.tell)(&message).map(Response::new)
    }

    async fn fetch_image(&self, _: Request<FetchImageRequest>) -> Result<Response<Self::FetchImageStream>, Status> {
        Err(Status::unimplemented(""))
    }
    async fn batch_transform_image(
        &self,
        _: Request<BatchTransformImageRequest>,
    ) -> Result<Response<Self::BatchTransformImageStream>, Status> {
        Err(Status::unimplemented(""))
    }
    async fn get_image_metadata(&self, _: Request<GetImageMetadataRequest>) -> Result<Response<ImageMetadata>, Status> {
        Err(Status::unimplemented(""))
    }
    async fn explain_delivery(
        &self,
        _: Request<ExplainDeliveryRequest>,
    ) -> Result<Response<ExplainDeliveryResponse>, Status> {
        Err(Status::unimplemented(""))
    }
    async fn sign_urls(&self, _: Request<SignUrlsRequest>) -> Result<Response<SignUrlsResponse>, Status> {
        Err(Status::unimplemented(""))
    }
}
