//! What internal services call: the image service over gRPC.

use crate::{
    darkroom::{Bearer, Darkroom},
    on_both_transports,
    pictures::{encoded, facts, folder, quarters},
};
use bytes::Bytes;
use darkroom_api::v1::{
    CanvasLayer, Crop, DeliveryUrl, EndpointPath, ExplainDeliveryRequest, FetchImageRequest, GetImageMetadataRequest,
    ImageSource, Layer, LayerPosition, OriginPath, OutputFormat, Pipeline, Rendition, TransformImageRequest,
    Transformation, image_service_client::ImageServiceClient, image_source::Source, layer::Content,
    transform_image_request::Steps,
};
use tonic::{Code, Status, service::interceptor::InterceptedService, transport::Channel};
use tonic_types::StatusExt;

on_both_transports! {
    the_same_bytes_as_a_browser
    text_and_typed_pipelines_are_one
    an_image_that_is_sent_along
    fetch_gives_the_original
    metadata
    explanations
    errors_have_reasons
}

pub type Images = ImageServiceClient<InterceptedService<Channel, Bearer>>;

pub async fn transform(client: &mut Images, request: TransformImageRequest) -> Result<(Rendition, Bytes), Status> {
    let mut stream = client.transform_image(request).await?.into_inner();
    let (mut facts, mut data) = (None, Vec::new());
    while let Some(message) = stream.message().await? {
        facts = facts.or(message.rendition);
        data.extend_from_slice(&message.data);
    }
    Ok((facts.unwrap(), data.into()))
}

#[allow(clippy::unnecessary_wraps)] // as the field has it
pub fn at_endpoint(path: &str) -> Option<ImageSource> {
    let source = EndpointPath { url_endpoint: "urlEndpoints/default".into(), path: path.into(), query: String::new() };
    Some(ImageSource { source: Some(Source::EndpointPath(source)) })
}

async fn the_same_bytes_as_a_browser(darkroom: &Darkroom) {
    let pictures = folder();
    let origin = darkroom.folder(pictures.path()).await;
    let response = darkroom.get_with("/tr:w-300,h-200/photo.jpg", &[("accept", "image/webp")]).await;
    let etag = response.headers()["etag"].to_str().unwrap().to_owned();
    let from_http = response.bytes().await.unwrap();

    let mut client = ImageServiceClient::new(darkroom.channel().await);
    let at_origin = ImageSource {
        source: Some(Source::OriginPath(OriginPath {
            origin: format!("origins/{origin}"),
            path: "photo.jpg".into(),
            query: String::new(),
        })),
    };
    let by_url = ImageSource {
        source: Some(Source::DeliveryUrl(DeliveryUrl {
            host: String::new(),
            target: "/tr:w-300,h-200/photo.jpg".into(),
        })),
    };
    for (image, steps) in [
        (at_endpoint("photo.jpg"), Some(Steps::Transformation("h-200,w-300".into()))),
        (Some(at_origin), Some(Steps::Transformation("tr:w-300,h-200".into()))),
        (Some(by_url), None),
    ] {
        let request = TransformImageRequest { image, steps, accept: "image/webp".into(), ..Default::default() };
        let (facts, data) = transform(&mut client, request.clone()).await.unwrap();
        assert_eq!(data, from_http);
        assert_eq!(
            (facts.etag.as_str(), facts.media_type.as_str(), facts.width_px, facts.height_px),
            (etag.as_str(), "image/webp", 300, 200)
        );
        assert_eq!(facts.size_bytes, i64::try_from(data.len()).unwrap());
        assert_eq!(facts.origin, format!("origins/{origin}"));
        let (facts, data) =
            transform(&mut client, TransformImageRequest { if_none_match: vec![etag.clone()], ..request })
                .await
                .unwrap();
        assert!(facts.not_modified && data.is_empty());
    }
}

async fn text_and_typed_pipelines_are_one(darkroom: &Darkroom) {
    let pictures = folder();
    darkroom.folder(pictures.path()).await;
    let mut client = ImageServiceClient::new(darkroom.channel().await);
    let typed = Pipeline {
        transformations: vec![
            Transformation { width: Some(120.0), height: Some(80.0), crop: Crop::Force.into(), ..Default::default() },
            Transformation { rotation: Some(-90.0), ..Default::default() },
        ],
    };
    let request =
        |steps| TransformImageRequest { image: at_endpoint("photo.jpg"), steps: Some(steps), ..Default::default() };
    let (first, data) = transform(&mut client, request(Steps::Pipeline(typed))).await.unwrap();
    assert_eq!(facts(&data), (80, 120, "image/jpeg"));
    let (second, _) =
        transform(&mut client, request(Steps::Transformation("h-80,w-120,c-force:rt-270".into()))).await.unwrap();
    assert_eq!(
        (&first.etag, &first.transformation),
        (&second.etag, &second.transformation),
        "one meaning, one text, one rendition"
    );

    let block = Layer {
        content: Some(Content::Canvas(CanvasLayer {
            color: "blue".into(),
            width_expression: "bw_div_2".into(),
            height: Some(20.0),
            ..Default::default()
        })),
        position: Some(LayerPosition { x: Some(-0.0), y: Some(10.0), ..Default::default() }),
        ..Default::default()
    };
    let layered = Transformation { format: OutputFormat::Png.into(), layers: vec![block], ..Default::default() };
    let typed = |layered| Steps::Pipeline(Pipeline { transformations: vec![layered] });
    let (first, _) = transform(&mut client, request(typed(layered.clone()))).await.unwrap();
    let text = "l-image,i-ik_canvas,bg-blue,w-bw_div_2,h-20,lx-N0,ly-10,l-end,f-png";
    let (second, _) = transform(&mut client, request(Steps::Transformation(text.into()))).await.unwrap();
    assert_eq!((&first.etag, &first.transformation), (&second.etag, &second.transformation));

    let mut wrong = layered;
    wrong.layers[0].position = Some(LayerPosition { x: Some(f64::INFINITY), ..Default::default() });
    let status = transform(&mut client, request(typed(wrong))).await.unwrap_err();
    let violations = status.get_details_bad_request().unwrap().field_violations;
    assert_eq!(violations[0].field, "pipeline.transformations[0].layers[0].position.x");
}

async fn an_image_that_is_sent_along(darkroom: &Darkroom) {
    let mut client = ImageServiceClient::new(darkroom.channel().await);
    let picture = encoded(&quarters(640, 480, false), "jpg");
    let image = Some(ImageSource { source: Some(Source::Data(picture)) });
    let request =
        TransformImageRequest { image, steps: Some(Steps::Transformation("w-64,f-png".into())), ..Default::default() };
    let (_, data) = transform(&mut client, request).await.unwrap();
    assert_eq!(facts(&data), (64, 48, "image/png"));
    let image = Some(ImageSource { source: Some(Source::Data("no image".into())) });
    let status = transform(&mut client, TransformImageRequest { image, ..Default::default() }).await.unwrap_err();
    assert_eq!(status.get_details_error_info().unwrap().reason, "IMAGE_UNREADABLE");
}

async fn fetch_gives_the_original(darkroom: &Darkroom) {
    let pictures = folder();
    let original = std::fs::read(pictures.path().join("photo.jpg")).unwrap();
    darkroom.folder(pictures.path()).await;
    let mut client = ImageServiceClient::new(darkroom.channel().await);
    let request = FetchImageRequest { image: at_endpoint("photo.jpg"), if_none_match: Vec::new() };
    let mut stream = client.fetch_image(request.clone()).await.unwrap().into_inner();
    let (mut facts, mut data) = (None, Vec::new());
    while let Some(message) = stream.message().await.unwrap() {
        facts = facts.or(message.source_image);
        data.extend_from_slice(&message.data);
    }
    let facts = facts.unwrap();
    assert_eq!(data, original);
    assert_eq!((facts.media_type.as_str(), facts.size_bytes), ("image/jpeg", i64::try_from(original.len()).unwrap()));
    let mut stream = client
        .fetch_image(FetchImageRequest { if_none_match: vec![facts.etag], ..request })
        .await
        .unwrap()
        .into_inner();
    let message = stream.message().await.unwrap().unwrap();
    assert!(message.source_image.unwrap().not_modified && message.data.is_empty());
}

async fn metadata(darkroom: &Darkroom) {
    let pictures = folder();
    darkroom.folder(pictures.path()).await;
    let mut client = ImageServiceClient::new(darkroom.channel().await);
    let found = client
        .get_image_metadata(GetImageMetadataRequest { image: at_endpoint("logo.png") })
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        (found.width_px, found.height_px, found.media_type.as_str(), found.has_transparency),
        (200, 100, "image/png", true)
    );
}

async fn explanations(darkroom: &Darkroom) {
    let (empty, pictures) = (tempfile::tempdir().unwrap(), folder());
    let first = darkroom.folder(empty.path()).await;
    let second = darkroom.folder(pictures.path()).await;
    let endpoint = serde_json::json!({"description": "both", "urlPrefix": "both", "origins": [first, second]});
    darkroom.url_endpoint(endpoint).await;
    let mut client = ImageServiceClient::new(darkroom.channel().await);
    let mut explain = async |target: &str| {
        let delivery_url = Some(DeliveryUrl { host: "any".into(), target: target.into() });
        client
            .explain_delivery(ExplainDeliveryRequest { delivery_url, accept: "image/webp".into(), client_hints: None })
            .await
            .unwrap()
            .into_inner()
    };

    let told = explain("/both/tr:h-9,w-9/photo.jpg?v=2").await;
    assert_eq!(
        (told.url_endpoint_match.as_str(), told.path.as_str(), told.query.as_str()),
        ("prefix", "photo.jpg", "v=2")
    );
    assert!(told.transformation.contains("w-9"), "{told:?}");
    let found: Vec<bool> = told.origin_attempts.iter().map(|attempt| attempt.found).collect();
    assert_eq!(found, [false, true]);
    assert!(told.origin_attempts.iter().all(|attempt| attempt.duration.is_some()));
    let outcome = told.outcome.unwrap();
    assert!(outcome.delivered && outcome.media_type == "image/webp" && !outcome.message.is_empty(), "{outcome:?}");

    let told = explain("/both/missing.jpg").await;
    assert_eq!(told.origin_attempts.len(), 2);
    let outcome = told.outcome.unwrap();
    assert!(!outcome.delivered && outcome.reason().reason() == "IMAGE_NOT_FOUND", "{outcome:?}");

    let told = explain("/both/tr:w-none/photo.jpg").await;
    assert_eq!(
        (told.url_endpoint_match.as_str(), told.path.as_str()),
        ("prefix", "photo.jpg"),
        "what is right is told"
    );
    assert_eq!(told.outcome.unwrap().reason().reason(), "TRANSFORMATION_INVALID");
}

async fn errors_have_reasons(darkroom: &Darkroom) {
    let pictures = folder();
    darkroom.folder(pictures.path()).await;
    let mut client = ImageServiceClient::new(darkroom.channel().await);
    let text = |text: &str| Some(Steps::Transformation(text.into()));
    for (image, steps, code, reason) in [
        (at_endpoint("missing.jpg"), text("w-9"), Code::NotFound, "IMAGE_NOT_FOUND"),
        (at_endpoint("photo.jpg"), text("w-none"), Code::InvalidArgument, "TRANSFORMATION_INVALID"),
        (at_endpoint("photo.jpg"), text("e-bgremove"), Code::InvalidArgument, "TRANSFORMATION_UNSUPPORTED"),
        (at_endpoint("broken.jpg"), text("w-9"), Code::FailedPrecondition, "IMAGE_UNREADABLE"),
        (at_endpoint("photo.jpg"), text("w-9000"), Code::FailedPrecondition, "LIMIT_EXCEEDED"),
        (at_endpoint("../photo.jpg"), None, Code::InvalidArgument, "PATH_INVALID"),
        (None, None, Code::InvalidArgument, "ARGUMENT_INVALID"),
    ] {
        let status =
            transform(&mut client, TransformImageRequest { image, steps, ..Default::default() }).await.unwrap_err();
        let info = status.get_details_error_info().unwrap();
        assert_eq!(
            (status.code(), info.reason.as_str(), info.domain.as_str()),
            (code, reason, "darkroom"),
            "{status:?}"
        );
    }
}
