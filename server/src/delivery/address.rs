//! Where an image is and what is to be done to it: a request with everything looked up and checked.

use super::{Error, signature, target::Target};
use crate::{
    origin::{ImagePath, Origin},
    registry::{Profile, Snapshot, UnknownParameters, UrlEndpoint},
};
use bytes::Bytes;
use darkroom_engine::{
    Pipeline,
    language::{
        Dependence, Hints, Reading,
        named::{self, Lookup},
    },
};
use std::sync::Arc;

/// Where a source comes from.
#[derive(Debug, Clone)]
pub enum Source {
    /// It came with the request.
    Data(Bytes),
    /// It has to be fetched.
    At(Locator),
}

/// Where a source has to be fetched.
#[derive(Debug, Clone)]
pub enum Locator {
    /// What a browser asked for. Signatures and restrictions apply.
    Url {
        /// Host that the client asked for.
        host: String,
        /// Raw path and query.
        target: String,
    },
    /// A path behind a URL endpoint.
    UrlEndpoint {
        /// Id of the endpoint.
        id: String,
        /// Decoded path.
        path: String,
        /// Query for web origins.
        query: String,
    },
    /// A path behind one origin.
    Origin {
        /// Id of the origin.
        id: String,
        /// Decoded path.
        path: String,
        /// Query for web origins.
        query: String,
    },
}

/// A request with everything looked up.
#[derive(Debug, Clone)]
pub struct Address {
    /// The endpoint; `None` where an origin was named.
    pub url_endpoint: Option<Arc<UrlEndpoint>>,
    /// Why that endpoint: `host`, `prefix`, `default` or `name`.
    pub matched_by: &'static str,
    /// Its origins, in order of preference.
    pub origins: Vec<Arc<Origin>>,
    /// Path of the image behind them.
    pub path: ImagePath,
    /// What a person who saves it calls it, with the extension of the source.
    pub file_name: String,
    /// A still of it is asked for: the pipeline gives one.
    pub thumbnail: bool,
    /// Query for web origins, without the `?`.
    pub query: String,
    /// Host that the client asked for; empty when unknown.
    pub host: String,
    /// What is to be done to it.
    pub pipeline: Pipeline,
    /// Path of the image to deliver when no origin has this one: that of the URL, or of the endpoint.
    pub default_image: Option<String>,
    /// The client hints that the transformation asks for.
    pub dependence: Dependence,
    /// Parameters that were dropped, in words.
    pub warnings: Vec<String>,
    /// When the signature of the URL expires, in seconds since 1970; `None` for never, and where there is none.
    pub expiry: Option<i64>,
}

/// A transformation as it is carried out.
#[derive(Debug, Default)]
pub(super) struct Meaning {
    pub(super) pipeline: Pipeline,
    pub(super) default_image: Option<String>,
    pub(super) dependence: Dependence,
    pub(super) warnings: Vec<String>,
}

impl Address {
    /// What its renditions favour: the endpoint's profile. Part of the endpoint, and so of every key that its
    /// version is in.
    pub(super) fn favour(&self) -> darkroom_engine::Favour {
        match self.url_endpoint.as_ref().map(|endpoint| endpoint.profile) {
            Some(Profile::Speed) => darkroom_engine::Favour::Speed,
            Some(Profile::Default) | None => darkroom_engine::Favour::Quality,
        }
    }

    /// Looks everything up and checks it: nothing is fetched or decoded for a request that fails here.
    pub fn resolve(
        snapshot: &Snapshot,
        locator: Locator,
        transformation: Option<&str>,
        hints: Hints,
    ) -> Result<Self, Error> {
        match locator {
            Locator::Url { host, target } => Self::of_url(snapshot, host, &target, hints),
            Locator::UrlEndpoint { id, path, query } => {
                let url_endpoint = snapshot
                    .url_endpoints
                    .get(&id)
                    .cloned()
                    .ok_or_else(|| Error::UrlEndpointUnknown(format!("urlEndpoints/{id}")))?;
                let origins = attached(snapshot, &url_endpoint)?;
                let Meaning { pipeline, default_image, dependence, warnings } =
                    parse(snapshot, transformation, url_endpoint.unknown_parameters, hints)?;
                let default_image = default_image.or_else(|| default_of(&url_endpoint));
                let path = ImagePath::parse(&path)?;
                let url_endpoint = Some(url_endpoint);
                Ok(Self {
                    url_endpoint,
                    matched_by: "name",
                    origins,
                    file_name: path.file_name().to_owned(),
                    path,
                    thumbnail: false,
                    query,
                    host: String::new(),
                    pipeline,
                    default_image,
                    dependence,
                    warnings,
                    expiry: None,
                })
            }
            Locator::Origin { id, path, query } => {
                let origin =
                    snapshot.origins.get(&id).cloned().ok_or_else(|| Error::OriginUnknown(format!("origins/{id}")))?;
                let Meaning { pipeline, default_image, dependence, warnings } =
                    parse(snapshot, transformation, UnknownParameters::Reject, hints)?;
                let (origins, path) = (vec![origin], ImagePath::parse(&path)?);
                Ok(Self {
                    url_endpoint: None,
                    matched_by: "name",
                    origins,
                    file_name: path.file_name().to_owned(),
                    path,
                    thumbnail: false,
                    query,
                    host: String::new(),
                    pipeline,
                    default_image,
                    dependence,
                    warnings,
                    expiry: None,
                })
            }
        }
    }

    /// Where a URL leads, whatever is wrong with its transformation: for explanations.
    pub(super) fn without_transformation(snapshot: &Snapshot, host: String, target: &str) -> Option<Self> {
        let raw_path = target.split('?').next().unwrap_or_default();
        let found = snapshot.endpoint_for(&host, raw_path)?;
        let target = Target::parse(target, found.prefix_bytes).ok()?;
        Some(Self {
            origins: attached(snapshot, &found.url_endpoint).unwrap_or_default(),
            url_endpoint: Some(found.url_endpoint),
            matched_by: found.matched_by,
            path: target.image_path,
            file_name: target.file_name,
            thumbnail: target.thumbnail,
            query: target.origin_query,
            host,
            pipeline: Pipeline::default(),
            default_image: None,
            dependence: Dependence::default(),
            warnings: Vec::new(),
            expiry: None,
        })
    }

    fn of_url(snapshot: &Snapshot, host: String, target: &str, hints: Hints) -> Result<Self, Error> {
        let (raw_path, _) = target.split_once('?').unwrap_or((target, ""));
        let found = snapshot
            .endpoint_for(&host, raw_path)
            .ok_or_else(|| Error::UrlEndpointUnknown("urlEndpoints/default".into()))?;
        let target = Target::parse(target, found.prefix_bytes)?;
        let expiry = signature::verify(&target, &snapshot.access_keys, found.url_endpoint.restrict_unsigned)?;
        let transformation = target.transformation.as_deref();
        if found.url_endpoint.restrict_unnamed && transformation.is_some_and(|text| !named::is_only_names(text)) {
            return Err(Error::UnnamedRestricted);
        }
        let Meaning { pipeline, default_image, dependence, warnings } =
            parse(snapshot, transformation, found.url_endpoint.unknown_parameters, hints)?;
        let pipeline = if target.thumbnail { pipeline.as_thumbnail() } else { pipeline };
        let origins = attached(snapshot, &found.url_endpoint)?;
        let default_image = default_image.or_else(|| default_of(&found.url_endpoint));
        Ok(Self {
            url_endpoint: Some(found.url_endpoint),
            matched_by: found.matched_by,
            origins,
            path: target.image_path,
            file_name: target.file_name,
            thumbnail: target.thumbnail,
            query: target.origin_query,
            host,
            pipeline,
            default_image,
            dependence,
            warnings,
            expiry,
        })
    }

    /// The default image of the URL or of the endpoint, treated as the one that was asked for; `None` where there is
    /// none, or where it is this one.
    pub(super) fn of_default_image(&self) -> Option<Self> {
        let path = self.default_image.as_deref()?;
        let path = ImagePath::parse(path).ok().filter(|path| *path != self.path)?;
        let file_name = path.file_name().to_owned();
        Some(Self { path, file_name, query: String::new(), ..self.clone() })
    }

    /// Resource name of the endpoint; empty where an origin was named.
    pub fn url_endpoint_name(&self) -> String {
        self.url_endpoint.as_ref().map(|endpoint| format!("urlEndpoints/{}", endpoint.id)).unwrap_or_default()
    }
}

/// What a transformation text means for a client with these hints, with its names replaced.
pub(super) fn parse(
    snapshot: &Snapshot,
    transformation: Option<&str>,
    unknown: UnknownParameters,
    hints: Hints,
) -> Result<Meaning, Error> {
    let Some(text) = transformation else {
        return Ok(Meaning::default());
    };
    let expanded = named::expand(text, |name| look_up(snapshot, name))?;
    let read = Reading::of(expanded.text(), hints).and_then(|reading| match unknown {
        UnknownParameters::Reject => reading.strictly(),
        UnknownParameters::Ignore => reading.leniently(),
    });
    let Reading { pipeline, default_image, dependence, problems } = read.map_err(|error| expanded.as_written(error))?;
    let warnings = problems.iter().map(|problem| format!("dropped: {problem}")).collect();
    Ok(Meaning { pipeline, default_image, dependence, warnings })
}

fn look_up<'s>(snapshot: &'s Snapshot, name: &str) -> Lookup<'s> {
    let registered = &snapshot.named_transformations;
    match registered.get(name) {
        Some(named) if named.disabled => Lookup::Disabled,
        Some(named) => Lookup::Text(&named.transformation),
        None => Lookup::Unknown { nearest: named::nearest_name(name, registered.keys().map(String::as_str)) },
    }
}

fn default_of(url_endpoint: &UrlEndpoint) -> Option<String> {
    Some(url_endpoint.default_image.clone()).filter(|path| !path.is_empty())
}

fn attached(snapshot: &Snapshot, url_endpoint: &UrlEndpoint) -> Result<Vec<Arc<Origin>>, Error> {
    let origins: Vec<_> = url_endpoint.origins.iter().filter_map(|id| snapshot.origins.get(id).cloned()).collect();
    if origins.is_empty() {
        return Err(Error::NoOrigins { url_endpoint: format!("urlEndpoints/{}", url_endpoint.id) });
    }
    Ok(origins)
}
