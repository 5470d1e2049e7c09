//! Renditions of a source that came with the request. Nobody else can ask for them, so they are not cached.

use super::{Answer, Delivery, Error, Made, Original, Told, accepted, address};
use crate::{
    registry::UnknownParameters,
    workers::{self, Announcement, Kind, Member, Progress},
};
use darkroom_engine::{self as engine, language::Hints};
use std::{sync::Arc, time::Duration};

impl Delivery {
    /// Makes a rendition of `original`.
    pub(super) async fn rendition_of(
        &self,
        original: &Original,
        transformation: Option<&str>,
        accept: &str,
        hints: Hints,
        member: Option<Member>,
    ) -> Result<Answer, Error> {
        let meaning = address::parse(&self.registry.snapshot(), transformation, UnknownParameters::Reject, hints)?;
        let address::Meaning { pipeline, default_image: _, dependence, warnings } = meaning;
        let negotiated = pipeline.negotiates();
        let accept = accepted(negotiated, accept);
        let told = Told {
            url_endpoint: String::new(),
            canonical_urls: Vec::new(),
            file_name: String::new(),
            transformation: pipeline.to_string(),
            negotiated,
            dependence,
            warnings,
        };
        if original.format.is_none() {
            // Behind a URL it may be a text that belongs there; who sends it along says that it is an image.
            let reason = "its first bytes are of no image format that Darkroom reads".to_owned();
            return Err(workers::Error::Engine(engine::Error::Unreadable { reason }).into());
        }
        let progress = Progress::default();
        let coming = Announcement { kind: Kind::of(&pipeline), progress: &progress, member, name: None };
        let ticket = self.workers.announce(coming)?;
        // Without an endpoint there is nowhere to fetch from: a layer that names an image is an error of the engine's.
        let request = engine::Request {
            pipeline,
            accept,
            resources: engine::Resources::default(),
            focus_area: original.focus_area,
            favour: engine::Favour::default(),
        };
        let made = self.transform(original, "", request, &[], Some(&ticket)).await?;
        let Made { entry, timings, stale: _ } = made;
        Ok(Answer {
            entry,
            told: Arc::new(told),
            default_image: false,
            cached: false,
            max_age: Duration::ZERO,
            timings,
            stale: false,
        })
    }
}
