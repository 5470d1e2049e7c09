//! How delivery reaches the image service: by its generated trait, so that in one process no message is
//! encoded and no chunk is copied on the way.

use darkroom_api::{
    at_hand::AtHand,
    v1::{BatchTransformImageResponse, FetchImageResponse, TransformImageResponse, image_service_server::ImageService},
};
use futures::Stream;
use std::{pin::Pin, sync::Arc};
use tonic::Status;

/// The stream of messages that an image method answers with.
pub type ImageStream<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send + 'static>>;

/// The image service: the server itself, or [`RemoteImages`](crate::remote::RemoteImages).
pub type Images = Arc<
    dyn ImageService<
            FetchImageStream = ImageStream<FetchImageResponse>,
            TransformImageStream = ImageStream<TransformImageResponse>,
            BatchTransformImageStream = ImageStream<BatchTransformImageResponse>,
        >,
>;

/// What a server in the same process has at hand.
pub type Hits = Arc<dyn AtHand>;
