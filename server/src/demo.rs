//! A demo endpoint with pictures that are drawn here, so that there is something to look at before the first
//! bucket is registered.

mod drawing;

use crate::command::Failure;
use bytes::Bytes;
use darkroom_engine::{Accept, Favour, Request, Resources};
use darkroom_server::{
    origin::{Location, Origin, folder},
    registry::{Profile, UnknownParameters, UrlEndpoint},
    server::Server,
};
use std::path::Path;

/// Id of the demo's origin and of its URL endpoint, and the prefix of its URLs.
const ID: &str = "demo";

/// Paths of the demo's pictures, for the greeting.
pub const URLS: [&str; 3] = [
    "/demo/mountains.jpg",
    "/demo/tr:w-300,h-300/mountains.jpg",
    "/demo/tr:w-400,h-300,cm-pad_resize,bg-fdf6e3:rt-5/balloon.png",
];

/// Draws the pictures into `folder` where they are not there yet, and registers them under `/demo`.
pub async fn seed(server: &Server, folder: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for (name, svg, transformation) in drawing::pictures() {
        let file = folder.join(name);
        if file.exists() {
            continue;
        }
        let request = Request {
            pipeline: transformation.parse()?,
            accept: Accept::default(),
            resources: Resources::default(),
            focus_area: None,
            favour: Favour::default(),
        };
        let picture = server.workers().render(None, Bytes::from(svg), &request).await?.rendition.data;
        std::fs::write(&file, &picture).map_err(|error| format!("{}: {error}", file.display()))?;
    }
    register(server, folder).await
}

/// The demo keeps out of the default endpoint: that is for the first origin of the user's own.
async fn register(server: &Server, folder: &Path) -> Result<(), Failure> {
    let registry = server.registry();
    let snapshot = registry.snapshot();
    if !snapshot.origins.contains_key(ID) {
        let location = Location::Folder(folder::Location { path: folder.canonicalize()?.display().to_string() });
        let origin = Origin {
            id: ID.to_owned(),
            display_name: "Demo pictures".to_owned(),
            location,
            include_canonical_header: false,
            canonical_base_url: String::new(),
            create_time: jiff::Timestamp::UNIX_EPOCH,
            update_time: jiff::Timestamp::UNIX_EPOCH,
            etag: String::new(),
        };
        registry.create_detached_origin(origin).await?;
    }
    if !snapshot.url_endpoints.contains_key(ID) {
        registry.create_url_endpoint(url_endpoint()).await?;
    }
    Ok(())
}

fn url_endpoint() -> UrlEndpoint {
    UrlEndpoint {
        id: ID.to_owned(),
        description: "Pictures that Darkroom draws itself".to_owned(),
        url_prefix: ID.to_owned(),
        hosts: Vec::new(),
        origins: vec![ID.to_owned()],
        restrict_unsigned: false,
        restrict_unnamed: false,
        unknown_parameters: UnknownParameters::Reject,
        default_image: String::new(),
        profile: Profile::Default,
        create_time: jiff::Timestamp::UNIX_EPOCH,
        update_time: jiff::Timestamp::UNIX_EPOCH,
        etag: String::new(),
    }
}
