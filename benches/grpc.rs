//! What gRPC costs: `TransformImage` over TCP on loopback beside a call of the same service within the process.
//!
//! The calls cost next to no work of their own, so that the way there and back is what differs: a cached answer of
//! 256 KiB, and a source of 256 KiB that is sent along and of which the facts alone are asked. All kinds take turns, a
//! call each, so that what else the machine does falls on all alike. Over TCP the server is a process of its own; the
//! client is Rust's, with the settings of `client::endpoint` and, to compare, with those of tonic.
//!
//! `grpc CALLS` prints the milliseconds as JSON: by way and kind of call the median and the 95th percentile. `DARKROOM`
//! names the server's program; without it, it is the one that was built beside this.

#![allow(clippy::print_stdout)] // it is what this is for

use bytes::Bytes;
use darkroom_api::v1::{
    self, CreateOriginRequest, EndpointPath, FolderLocation, ImageSource, TransformImageRequest,
    TransformImageResponse, image_service_client::ImageServiceClient, image_service_server::ImageService,
    image_source::Source, origin as origin_message, origin_service_client::OriginServiceClient,
    transform_image_request::Steps,
};
use darkroom_server::{
    cache, delivery,
    origin::{self, Location, Network, Origin, folder},
    registry,
    server::{Config, Server},
    service::image_service::Images,
    workers,
};
use std::{
    collections::BTreeMap,
    error::Error,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use tokio_stream::{Stream, StreamExt};
use tonic::{
    Request, Status,
    metadata::{Ascii, MetadataValue},
    transport::{Channel, Endpoint},
};

type Failure = Box<dyn Error + Send + Sync>;

/// Of the answer, and of the source that is sent along.
const IMAGE_BYTES: usize = 256 * 1024;
const WARM_UP_CALLS: usize = 50;
const KEY: &str = "private_key_of_this_benchmark";

/// What is asked, and what comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// The facts of a cached answer.
    Facts,
    /// A cached answer.
    Back,
    /// The facts of an image that is sent along.
    There,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Facts, Self::Back, Self::There];

    fn name(self) -> &'static str {
        match self {
            Self::Facts => "facts",
            Self::Back => "back",
            Self::There => "there",
        }
    }

    fn request(self, image: &Bytes) -> TransformImageRequest {
        let stored = EndpointPath {
            url_endpoint: "urlEndpoints/default".into(),
            path: "image.jpg".into(),
            query: String::new(),
        };
        let source = match self {
            Self::Facts | Self::Back => Source::EndpointPath(stored),
            Self::There => Source::Data(image.clone()),
        };
        TransformImageRequest {
            image: Some(ImageSource { source: Some(source) }),
            // It goes through as it is, which costs a digest and a copy at most.
            steps: Some(Steps::Transformation("orig-true".into())),
            omit_data: self != Self::Back,
            ..Default::default()
        }
    }

    fn bytes(self) -> usize {
        if self == Self::Back { IMAGE_BYTES } else { 0 }
    }
}

/// How the service is called.
#[derive(Debug, Clone, Copy)]
enum Way {
    /// Within the process.
    Within,
    /// Over TCP, by a client with the gateway's settings.
    Tcp,
    /// Over TCP, by a client with tonic's settings.
    Plain,
}

impl Way {
    const ALL: [Self; 3] = [Self::Within, Self::Tcp, Self::Plain];

    fn name(self) -> &'static str {
        match self {
            Self::Within => "within",
            Self::Tcp => "tcp",
            Self::Plain => "plain",
        }
    }
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    // A task, as whoever calls from a server of its own is one: `main` has a thread to itself, and each call and each
    // answer would wait for it to be woken.
    tokio::spawn(measure()).await?
}

async fn measure() -> Result<(), Failure> {
    let calls: usize = std::env::args().nth(1).map_or(Ok(1000), |text| text.parse())?;
    let program = match std::env::var_os("DARKROOM") {
        Some(program) => PathBuf::from(program),
        None => std::env::current_exe()?.parent().and_then(Path::parent).ok_or("no folder")?.join("darkroom"),
    };
    let folder = tempfile::tempdir()?;
    let image = image();
    std::fs::write(folder.path().join("image.jpg"), &image)?;

    let within = in_process(&program, folder.path()).await?;
    let apart = Apart::start(&program, folder.path())?;
    let url = format!("http://{}", apart.address);
    let channel = darkroom_gateway::remote::channel(&url)?;
    register(channel.clone(), folder.path()).await?;
    let ours = ImageServiceClient::new(channel);
    let plain = ImageServiceClient::new(Endpoint::from_shared(url)?.connect_lazy());

    let images = within.images();
    let mut taken: BTreeMap<(&str, Kind), Vec<Duration>> = BTreeMap::new();
    for call in 0..WARM_UP_CALLS + calls {
        for kind in Kind::ALL {
            let message = || kind.request(&image);
            // Each goes first in turn: who comes after another over TCP finds the server awake.
            for place in 0..Way::ALL.len() {
                let way = Way::ALL[(call + place) % Way::ALL.len()];
                let took = match way {
                    Way::Within => timed(kind, within_process(&images, message())).await?,
                    Way::Tcp => timed(kind, over_tcp(&ours, message())).await?,
                    Way::Plain => timed(kind, over_tcp(&plain, message())).await?,
                };
                if call >= WARM_UP_CALLS {
                    taken.entry((way.name(), kind)).or_default().push(took);
                }
            }
        }
    }
    within.close().await?;
    let mut found: BTreeMap<&str, BTreeMap<&str, [f64; 2]>> = BTreeMap::new();
    for ((way, kind), mut took) in taken {
        took.sort_unstable();
        let at = |part: usize| took[(took.len() * part / 100).min(took.len() - 1)].as_secs_f64() * 1000.0;
        found.entry(way).or_default().insert(kind.name(), [at(50), at(95)]);
    }
    println!("{}", serde_json::to_string(&found)?);
    Ok(())
}

/// Bytes that begin as a JPEG does; nobody decodes them.
fn image() -> Bytes {
    let mut noise = 1_u32;
    let mut bytes: Vec<u8> = std::iter::repeat_with(|| {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        noise.to_le_bytes()[3]
    })
    .take(IMAGE_BYTES)
    .collect();
    bytes[..4].copy_from_slice(&[0xFF, 0xD8, 0xFF, 0xE0]);
    bytes.into()
}

/// How long a call took, which must bring what its kind does.
async fn timed(kind: Kind, call: impl Future<Output = Result<usize, Status>>) -> Result<Duration, Failure> {
    let started = Instant::now();
    let bytes = call.await?;
    let took = started.elapsed();
    if bytes == kind.bytes() { Ok(took) } else { Err(format!("{bytes} bytes").into()) }
}

async fn within_process(images: &Images, message: TransformImageRequest) -> Result<usize, Status> {
    received(images.transform_image(Request::new(message)).await?.into_inner()).await
}

async fn over_tcp(client: &ImageServiceClient<Channel>, message: TransformImageRequest) -> Result<usize, Status> {
    received(client.clone().transform_image(with_key(message)).await?.into_inner()).await
}

/// Bytes of an answer.
async fn received(
    mut messages: impl Stream<Item = Result<TransformImageResponse, Status>> + Unpin,
) -> Result<usize, Status> {
    let mut bytes = 0;
    while let Some(message) = messages.next().await {
        bytes += message?.data.len();
    }
    Ok(bytes)
}

fn with_key<T>(message: T) -> Request<T> {
    let mut request = Request::new(message);
    let key: MetadataValue<Ascii> = format!("Bearer {KEY}").parse().expect("ASCII");
    request.metadata_mut().insert("authorization", key);
    request
}

/// The rooms of a server in this process, with the folder as their origin.
async fn in_process(program: &Path, folder: &Path) -> Result<Server, Failure> {
    let data = folder.join("within");
    std::fs::create_dir_all(&data)?;
    let url = format!("sqlite://{}", data.join("registry.sqlite").display());
    let config = Config {
        registry: registry::Config { url: url.into(), master_key_file: data.join("master.key") },
        network: Network { allow_private: false },
        origin: origin::Limits::default(),
        workers: workers::Config { program: Some(program.to_owned()), ..workers::Config::default() },
        cache: cache::Config { memory_bytes: 64 << 20, disk_bytes: 0, disk_dir: data.join("cache") },
        delivery: delivery::Config::default(),
    };
    let server = Server::start(config).await?;
    let location = Location::Folder(folder::Location { path: folder.display().to_string() });
    let origin = Origin {
        id: String::new(),
        display_name: "images".into(),
        location,
        include_canonical_header: false,
        canonical_base_url: String::new(),
        create_time: jiff::Timestamp::UNIX_EPOCH,
        update_time: jiff::Timestamp::UNIX_EPOCH,
        etag: String::new(),
    };
    server.registry().create_origin(origin).await?;
    Ok(server)
}

/// A server in a process of its own, ended when dropped.
struct Apart {
    process: Child,
    address: String,
}

impl Drop for Apart {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Apart {
    fn start(program: &Path, folder: &Path) -> Result<Self, Failure> {
        let mut process = Command::new(program)
            .arg("server")
            .env("DARKROOM_GRPC_ADDR", "127.0.0.1:0")
            .env("DARKROOM_DATA_DIR", folder.join("apart"))
            .env("DARKROOM_CACHE_MEMORY", "64MiB")
            .env("DARKROOM_CACHE_DISK", "0")
            .env("DARKROOM_PRIVATE_KEY", KEY)
            .env("DARKROOM_LOG", "warn")
            .stdout(Stdio::piped())
            .spawn()?;
        let output = process.stdout.take();
        let mut apart = Self { process, address: String::new() };
        for line in BufReader::new(output.ok_or("no output")?).lines() {
            if let Some(address) = line?.trim_start().strip_prefix("gRPC") {
                address.trim().clone_into(&mut apart.address);
                return Ok(apart);
            }
        }
        Err("the server did not start".into())
    }
}

async fn register(channel: Channel, folder: &Path) -> Result<(), Failure> {
    let location = Some(origin_message::Location::Folder(FolderLocation { path: folder.display().to_string() }));
    let origin = Some(v1::Origin { display_name: "images".into(), location, ..Default::default() });
    let request = CreateOriginRequest { origin, ..Default::default() };
    OriginServiceClient::new(channel).create_origin(with_key(request)).await?;
    Ok(())
}
