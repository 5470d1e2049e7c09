//! The contract as a whole: every call is guarded, health and reflection are open, limits hold.

use crate::{darkroom::Darkroom, on_both_transports};
use darkroom_api::DESCRIPTOR_SET;
use http::uri::PathAndQuery;
use prost::Message;
use tonic::{Code, Request, client::Grpc};
use tonic_types::StatusExt;

on_both_transports! {
    every_call_demands_a_key
    health_and_reflection_are_open
    messages_are_limited
    grpc_web_is_spoken
}

/// Bytes as they are: what is sent does not matter, since nobody looks at it.
#[derive(Clone, Default)]
struct Raw;

impl tonic::codec::Codec for Raw {
    type Encode = Vec<u8>;
    type Decode = Vec<u8>;
    type Encoder = Self;
    type Decoder = Self;
    fn encoder(&mut self) -> Self {
        Self
    }
    fn decoder(&mut self) -> Self {
        Self
    }
}

impl tonic::codec::Encoder for Raw {
    type Item = Vec<u8>;
    type Error = tonic::Status;
    fn encode(&mut self, item: Vec<u8>, buffer: &mut tonic::codec::EncodeBuf<'_>) -> Result<(), Self::Error> {
        bytes::BufMut::put_slice(buffer, &item);
        Ok(())
    }
}

impl tonic::codec::Decoder for Raw {
    type Item = Vec<u8>;
    type Error = tonic::Status;
    fn decode(&mut self, buffer: &mut tonic::codec::DecodeBuf<'_>) -> Result<Option<Vec<u8>>, Self::Error> {
        let mut item = vec![0; bytes::Buf::remaining(buffer)];
        bytes::Buf::copy_to_slice(buffer, &mut item);
        Ok(Some(item))
    }
}

/// Every method of the contract, as `/package.Service/Method`. A method that is added is tested without a word here.
fn methods() -> Vec<String> {
    let set = prost_types::FileDescriptorSet::decode(DESCRIPTOR_SET).unwrap();
    let ours = set.file.iter().filter(|file| file.package() == "darkroom.v1");
    ours.flat_map(|file| {
        file.service.iter().flat_map(move |service| {
            service.method.iter().map(move |method| format!("/{}.{}/{}", file.package(), service.name(), method.name()))
        })
    })
    .collect()
}

async fn every_call_demands_a_key(darkroom: &Darkroom) {
    let methods = methods();
    assert!(methods.len() >= 27, "{methods:?}");
    let channel = darkroom.bare_channel().await;
    for method in methods {
        for key in [None, Some("Bearer wrong"), Some("Bearer "), Some("Basic cHJpdmF0ZQ==")] {
            let mut request = Request::new(Vec::new());
            if let Some(key) = key {
                request.metadata_mut().insert("authorization", key.parse().unwrap());
            }
            let mut client = Grpc::new(channel.clone());
            client.ready().await.unwrap();
            let path: PathAndQuery = method.parse().unwrap();
            let status = client.server_streaming(request, path, Raw).await.map(|_| ()).unwrap_err();
            assert_eq!(status.code(), Code::Unauthenticated, "{method} with {key:?}: {status:?}");
            assert_eq!(status.get_details_error_info().unwrap().reason, "ACCESS_KEY_REQUIRED");
        }
    }
}

async fn health_and_reflection_are_open(darkroom: &Darkroom) {
    use tonic_health::pb::{HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient};
    use tonic_reflection::pb::v1::{
        ServerReflectionRequest, server_reflection_client::ServerReflectionClient,
        server_reflection_request::MessageRequest, server_reflection_response::MessageResponse,
    };
    let channel = darkroom.bare_channel().await;
    for service in ["", "darkroom.v1.ImageService", "darkroom.v1.NamedTransformationService"] {
        let ask = HealthCheckRequest { service: service.into() };
        let health = HealthClient::new(channel.clone()).check(ask).await.unwrap().into_inner();
        assert_eq!(health.status(), ServingStatus::Serving, "{service}");
    }

    let ask = ServerReflectionRequest {
        host: String::new(),
        message_request: Some(MessageRequest::ListServices(String::new())),
    };
    let mut answers = ServerReflectionClient::new(channel)
        .server_reflection_info(tokio_stream::iter([ask]))
        .await
        .unwrap()
        .into_inner();
    let Some(MessageResponse::ListServicesResponse(list)) = answers.message().await.unwrap().unwrap().message_response
    else {
        panic!("no list of services")
    };
    let names: Vec<_> = list.service.iter().map(|service| service.name.as_str()).collect();
    for service in ["ImageService", "OriginService", "UrlEndpointService"] {
        assert!(names.contains(&format!("darkroom.v1.{service}").as_str()), "{names:?}");
    }
}

async fn messages_are_limited(darkroom: &Darkroom) {
    use darkroom_api::v1::{
        ImageSource, TransformImageRequest, image_service_client::ImageServiceClient, image_source::Source,
    };
    let request = |bytes: usize| TransformImageRequest {
        image: Some(ImageSource { source: Some(Source::Data(vec![0; bytes].into())) }),
        ..Default::default()
    };
    let mut client = ImageServiceClient::new(darkroom.channel().await);
    let status = client.transform_image(request(5 << 20)).await.unwrap_err();
    assert!(matches!(status.code(), Code::OutOfRange | Code::ResourceExhausted), "{status:?}");
    let status = client.transform_image(request((3 << 20) + 1)).await.unwrap_err();
    assert_eq!(status.code(), Code::InvalidArgument, "{status:?}");
}

async fn grpc_web_is_spoken(darkroom: &Darkroom) {
    // A frame by hand, as a browser would send it: one flag byte, four bytes of length, the message.
    let response = darkroom
        .http
        .post(format!("http://{}/darkroom.v1.OriginService/ListOrigins", darkroom.grpc))
        .header("content-type", "application/grpc-web+proto")
        .header("authorization", format!("Bearer {}", crate::darkroom::KEY))
        .header("x-grpc-web", "1")
        .body(vec![0_u8; 5])
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 200);
    let body = response.bytes().await.unwrap();
    let text = String::from_utf8_lossy(&body);
    assert!(text.to_lowercase().contains("grpc-status:0"), "{text}");
}
