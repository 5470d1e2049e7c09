//! Many renditions of one image in one call.

use crate::{
    darkroom::{Darkroom, Transport},
    grpc::{Images, at_endpoint, transform},
    on_both_transports,
    pictures::{encoded, facts, folder, quarters},
    web_origin,
};
use bytes::Bytes;
use darkroom_api::v1::{
    BatchTransformImageRequest, DeliveryUrl, ImageSource, Layer, LayerPosition, Pipeline, Rendition, RenditionError,
    TransformImageRequest, Transformation, image_service_client::ImageServiceClient, image_source::Source,
    transform_image_request::Steps,
};
use image::{Rgba, RgbaImage};
use serde_json::json;
use std::{collections::BTreeMap, time::Duration};
use tonic::{Code, Request, Status};

on_both_transports! {
    the_same_as_so_many_calls
    what_fails_costs_the_others_nothing
    an_image_that_is_sent_along
    what_the_caller_has_is_not_sent
    requests_that_make_no_sense
    large_renditions_come_one_after_the_other
}

type Made = Result<(Rendition, Bytes), RenditionError>;

/// What came for each of the transformations.
async fn batch(client: &mut Images, request: BatchTransformImageRequest) -> Result<BTreeMap<u32, Made>, Status> {
    let mut stream = client.batch_transform_image(request).await?.into_inner();
    let mut made: BTreeMap<u32, Made> = BTreeMap::new();
    let mut last = None;
    while let Some(message) = stream.message().await? {
        let is_next = last == Some(message.index);
        last = Some(message.index);
        match (message.error, message.rendition) {
            (Some(error), None) => assert!(made.insert(message.index, Err(error)).is_none()),
            (None, Some(rendition)) => {
                assert!(made.insert(message.index, Ok((rendition, message.data))).is_none(), "one rendition twice");
            }
            (None, None) => {
                assert!(is_next, "a part of {} among those of another", message.index);
                let Some(Ok((_, data))) = made.get_mut(&message.index) else { panic!("a part before the facts") };
                *data = [data.as_ref(), &message.data].concat().into();
            }
            (Some(error), Some(_)) => panic!("an image and an error: {error:?}"),
        }
    }
    Ok(made)
}

fn of(image: Option<ImageSource>, transformations: &[&str]) -> BatchTransformImageRequest {
    let transformations = transformations.iter().map(|text| (*text).to_owned()).collect();
    BatchTransformImageRequest { image, transformations, ..Default::default() }
}

/// Eight widths in three formats each.
fn sizes() -> Vec<String> {
    let widths = (1..=8).map(|eighths| eighths * 10);
    widths.flat_map(|width| ["jpg", "webp", "png"].map(|format| format!("w-{width},f-{format}"))).collect()
}

async fn metric(darkroom: &Darkroom, name: &str) -> f64 {
    let url = format!("{}/metrics", darkroom.admin);
    let metrics = darkroom.http.get(url).send().await.unwrap().text().await.unwrap();
    let lines = metrics.lines().filter(|line| line.starts_with(name));
    lines.map(|line| line.rsplit(' ').next().unwrap().parse::<f64>().unwrap()).sum()
}

async fn the_same_as_so_many_calls(darkroom: &Darkroom) {
    let pictures = folder();
    darkroom.folder(pictures.path()).await;
    let mut client = ImageServiceClient::new(darkroom.channel().await);
    let texts = ["w-300,h-200", "tr:w-90,f-png:rt-90", "w-300,h-200", "orig-true", "w-40,f-auto"];
    let request = BatchTransformImageRequest { accept: "image/webp".into(), ..of(at_endpoint("photo.jpg"), &texts) };
    for is_cached in [false, true] {
        let made = batch(&mut client, request.clone()).await.unwrap();
        assert_eq!(made.len(), texts.len());
        for (index, text) in (0..).zip(texts) {
            let (facts, data) = made[&index].as_ref().unwrap();
            let request = TransformImageRequest {
                image: at_endpoint("photo.jpg"),
                steps: Some(Steps::Transformation(text.into())),
                accept: "image/webp".into(),
                ..Default::default()
            };
            let (alone, alone_data) = transform(&mut client, request).await.unwrap();
            assert_eq!(*data, alone_data, "{text}");
            assert!(alone.cached && (facts.cached || !is_cached), "{text}");
            let told = |rendition: &Rendition| Rendition {
                cached: false,
                timings: Vec::new(),
                warnings: Vec::new(),
                ..rendition.clone()
            };
            assert_eq!(told(facts), told(&alone));
        }
    }
    let step = |width| Transformation { width: Some(width), ..Default::default() };
    let pipelines = [300.0, 40.0].map(|width| Pipeline { transformations: vec![step(width)] }).into();
    let typed = BatchTransformImageRequest { pipelines, ..of(at_endpoint("photo.jpg"), &[]) };
    let made = batch(&mut client, typed).await.unwrap();
    let widths: Vec<u32> = made.values().map(|made| facts(&made.as_ref().unwrap().1).0).collect();
    assert_eq!(widths, [300, 40]);
}

async fn what_fails_costs_the_others_nothing(darkroom: &Darkroom) {
    let pictures = folder();
    darkroom.folder(pictures.path()).await;
    let mut client = ImageServiceClient::new(darkroom.channel().await);
    let cases = [
        ("w-30", None),
        ("w-none", Some((Code::InvalidArgument, "TRANSFORMATION_INVALID", "parameter", "w"))),
        ("e-bgremove", Some((Code::InvalidArgument, "TRANSFORMATION_UNSUPPORTED", "parameter", "e-bgremove"))),
        ("w-9000", Some((Code::FailedPrecondition, "LIMIT_EXCEEDED", "maximum", "8192"))),
        ("l-image,i-none.png,l-end", Some((Code::NotFound, "IMAGE_NOT_FOUND", "path", "none.png"))),
        ("w-40", None),
    ];
    let made = batch(&mut client, of(at_endpoint("photo.jpg"), &cases.map(|(text, _)| text))).await.unwrap();
    for (made, (text, expected)) in made.values().zip(cases) {
        match (made, expected) {
            (Ok((rendition, _)), None) => assert_eq!(format!("w-{}", rendition.width_px), text),
            (Err(error), Some((code, reason, key, value))) => {
                let found = (Code::from(error.code), error.reason().reason());
                assert_eq!((found, error.metadata[key].as_str()), ((code, reason), value), "{error:?}");
                assert!(!error.message.is_empty());
            }
            other => panic!("{text}: {other:?}"),
        }
    }

    let away = LayerPosition { x: Some(f64::INFINITY), ..Default::default() };
    let layer = Layer { position: Some(away), ..Default::default() };
    let layers =
        |layers| Pipeline { transformations: vec![Transformation { width: Some(20.0), layers, ..Default::default() }] };
    let pipelines = vec![layers(vec![layer]), layers(Vec::new())];
    let typed = BatchTransformImageRequest { pipelines, ..of(at_endpoint("photo.jpg"), &[]) };
    let made = batch(&mut client, typed).await.unwrap();
    let error = made[&0].as_ref().unwrap_err();
    assert!(error.metadata["field"].starts_with("pipelines[0].transformations[0].layers[0]"), "{error:?}");
    assert_eq!(made[&1].as_ref().unwrap().0.width_px, 20);

    let made = batch(&mut client, of(at_endpoint("missing.jpg"), &["w-9", "w-8"])).await.unwrap();
    assert!(made.values().all(|made| made.as_ref().unwrap_err().reason().reason() == "IMAGE_NOT_FOUND"), "{made:?}");
}

async fn an_image_that_is_sent_along(darkroom: &Darkroom) {
    let mut client = ImageServiceClient::new(darkroom.channel().await);
    let of_data = |data| of(Some(ImageSource { source: Some(Source::Data(data)) }), &["w-64,f-png", "w-32,f-webp"]);
    let made = batch(&mut client, of_data(encoded(&quarters(640, 480, false), "jpg"))).await.unwrap();
    let found: Vec<_> = made.values().map(|made| facts(&made.as_ref().unwrap().1)).collect();
    assert_eq!(found, [(64, 48, "image/png"), (32, 24, "image/webp")]);
    let made = batch(&mut client, of_data("no image".into())).await.unwrap();
    assert!(made.values().all(|made| made.as_ref().unwrap_err().reason().reason() == "IMAGE_UNREADABLE"), "{made:?}");
}

async fn what_the_caller_has_is_not_sent(darkroom: &Darkroom) {
    let pictures = folder();
    darkroom.folder(pictures.path()).await;
    let mut client = ImageServiceClient::new(darkroom.channel().await);
    let request = of(at_endpoint("photo.jpg"), &["w-30", "w-40"]);
    let made = batch(&mut client, BatchTransformImageRequest { omit_data: true, ..request.clone() }).await.unwrap();
    let known = made[&1].as_ref().unwrap();
    assert!(known.0.size_bytes > 0 && known.1.is_empty());
    let if_none_match = vec![known.0.etag.clone()];
    let made = batch(&mut client, BatchTransformImageRequest { if_none_match, ..request }).await.unwrap();
    let sent = |index: u32| made[&index].as_ref().map(|(facts, data)| (facts.not_modified, data.len())).unwrap();
    assert!(!sent(0).0 && sent(0).1 > 0);
    assert_eq!(sent(1), (true, 0));
}

async fn requests_that_make_no_sense(darkroom: &Darkroom) {
    let mut client = ImageServiceClient::new(darkroom.channel().await);
    let url = DeliveryUrl { host: String::new(), target: "/photo.jpg".into() };
    let url = Some(ImageSource { source: Some(Source::DeliveryUrl(url)) });
    let both = BatchTransformImageRequest { pipelines: vec![Pipeline::default()], ..of(at_endpoint("a"), &["w-9"]) };
    for (request, field) in [
        (of(None, &["w-9"]), "image"),
        (of(url, &["w-9"]), "image.delivery_url"),
        (of(at_endpoint("a"), &[]), "transformations"),
        (of(at_endpoint("a"), &["w-9"; 33]), "transformations"),
        (both, "pipelines"),
    ] {
        let status = batch(&mut client, request).await.unwrap_err();
        assert!(status.code() == Code::InvalidArgument && status.message().starts_with(field), "{field}: {status:?}");
    }
    let mut stranger = ImageServiceClient::new(darkroom.bare_channel().await);
    let status = stranger.batch_transform_image(of(at_endpoint("a"), &["w-9"])).await.unwrap_err();
    assert_eq!(status.code(), Code::Unauthenticated);
}

async fn large_renditions_come_one_after_the_other(darkroom: &Darkroom) {
    let mut client = ImageServiceClient::new(darkroom.channel().await);
    let mut noise = 1_u32;
    let picture = RgbaImage::from_fn(900, 700, |_, _| {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [_, r, g, b] = noise.to_le_bytes();
        Rgba([r, g, b, 255])
    });
    let image = Some(ImageSource { source: Some(Source::Data(encoded(&picture, "jpg"))) });
    let made = batch(&mut client, of(image, &["w-900,f-png", "w-880,f-png", "w-860,f-png"])).await.unwrap();
    for made in made.values() {
        let (rendition, data) = made.as_ref().unwrap();
        assert!(data.len() > 2 * 256 * 1024, "{} bytes", data.len());
        assert_eq!(rendition.size_bytes, i64::try_from(data.len()).unwrap());
        assert_eq!(facts(data).0, rendition.width_px);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_burst_is_one_fetch_and_few_decodes() {
    let darkroom = Darkroom::start_with(Transport::InProcess, &[("DARKROOM_WORKERS", "1")]).await;
    let (url, seen) = web_origin::serve().await;
    darkroom.origin(json!({"name": "web", "type": "WEB_FOLDER", "baseUrl": url})).await;
    seen.take();
    let mut client = ImageServiceClient::new(darkroom.channel().await);
    let texts = sizes();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let made = batch(&mut client, of(at_endpoint("photo.jpg"), &texts)).await.unwrap();
    assert!(made.len() == 24 && made.values().all(Result::is_ok), "{made:?}");
    assert_eq!(seen.take().len(), 1, "fetches");
    let jobs = metric(&darkroom, "darkroom_worker_jobs_total").await;
    let orders = metric(&darkroom, "darkroom_worker_orders_total").await;
    let kept = metric(&darkroom, "darkroom_worker_sources_shared_total").await;
    // An order for each size, and the source is given and decoded for the first of them.
    assert!((jobs - 24.0).abs() < 0.5 && orders < 9.5, "{jobs} jobs in {orders} orders");
    assert!(orders - kept < 2.5, "{orders} orders, and the worker had the source for {kept} of them");
    let made = batch(&mut client, of(at_endpoint("photo.jpg"), &texts)).await.unwrap();
    assert!(made.values().all(|made| made.as_ref().unwrap().0.cached));
    assert_eq!(seen.take().len(), 0, "all are cached");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_is_let_in_whole() {
    // Alone, each of these would be one too many for the queue.
    let settings = [("DARKROOM_WORKERS", "1"), ("DARKROOM_QUEUE", "1")];
    let darkroom = Darkroom::start_with(Transport::InProcess, &settings).await;
    let pictures = folder();
    darkroom.folder(pictures.path()).await;
    let mut client = ImageServiceClient::new(darkroom.channel().await);
    let texts: Vec<String> = (0..32).map(|index| format!("w-{}", 100 + index)).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let made = batch(&mut client, of(at_endpoint("photo.jpg"), &texts)).await.unwrap();
    assert!(made.len() == 32 && made.values().all(Result::is_ok), "{made:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_leaves_stops_the_work() {
    let darkroom = Darkroom::start_with(Transport::InProcess, &[("DARKROOM_WORKERS", "1")]).await;
    let pictures = folder();
    darkroom.folder(pictures.path()).await;
    let mut client = ImageServiceClient::new(darkroom.channel().await);
    let texts: Vec<String> = (0..32).map(|index| format!("w-{},f-avif", 600 + index)).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let mut stream = client.batch_transform_image(of(at_endpoint("photo.jpg"), &texts)).await.unwrap().into_inner();
    assert!(stream.message().await.unwrap().unwrap().error.is_none());
    drop(stream);
    let cancelled = "darkroom_worker_jobs_total{outcome=\"cancelled\"}";
    let mut looks = 0;
    while metric(&darkroom, cancelled).await < 0.5 {
        looks += 1;
        assert!(looks < 1000, "nothing was taken out of the queue");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let done = metric(&darkroom, "darkroom_worker_jobs_total{outcome=\"done\"}").await;
    assert!(done < 17.5, "{done} renditions were made for nobody");
    assert_eq!(darkroom.get("/tr:w-20/photo.jpg").await.status(), 200, "and it goes on");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_deadline_of_the_call_ends_the_stream() {
    let darkroom = Darkroom::start(Transport::InProcess).await;
    let (url, _) = web_origin::serve().await;
    darkroom.origin(json!({"name": "web", "type": "WEB_FOLDER", "baseUrl": url})).await;
    let mut client = ImageServiceClient::new(darkroom.channel().await);
    let mut request = Request::new(of(at_endpoint("silent.jpg"), &["w-9", "w-8"]));
    request.set_timeout(Duration::from_millis(300));
    let mut stream = client.batch_transform_image(request).await.unwrap().into_inner();
    assert_eq!(stream.message().await.unwrap_err().code(), Code::DeadlineExceeded);
}
