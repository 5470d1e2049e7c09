//! Several renditions of one source.

use super::{Choice, Rendition, Request, carry_out, plan::Plan, reader::Readers, road::Roads};
use crate::{
    Error, Limits, Pipeline,
    codecs::{self, Source},
};
use bytes::Bytes;
use std::time::Instant;

/// Pages that are kept open. Who asks for more of them begins anew.
const OPENED_MAX: usize = 8;

/// Makes any number of renditions of one source. Its header is read once; a decoder runs once for each scale that is
/// needed, and a picture of one size is made once, however many formats it is written in.
///
/// A rendition has the same bytes whatever was made before it.
pub struct Batch {
    bytes: Bytes,
    limits: Limits,
    /// The pages that were asked for.
    opened: Vec<(Option<u32>, Source)>,
    readers: Readers,
    expected: Vec<Pipeline>,
}

impl Batch {
    /// Nothing is read yet.
    pub fn new(source: Bytes, limits: Limits) -> Self {
        Self { bytes: source, limits, opened: Vec::new(), readers: Readers::default(), expected: Vec::new() }
    }

    /// Says what else will be asked for, as far as the caller knows: a reader that can do so makes what that needs in
    /// the same pass over the source. It changes what is computed when, and no rendition.
    pub fn expect(&mut self, pipelines: Vec<Pipeline>) {
        self.expected = pipelines;
    }

    /// Makes a rendition.
    ///
    /// # Errors
    /// See [`Error`]; the source is never at fault for [`Error::Internal`].
    pub fn render(&mut self, request: &Request) -> Result<Rendition, Error> {
        self.render_and_tell(request).map(|(rendition, _)| rendition)
    }

    /// As [`Batch::render`]; tells how the format was chosen, too.
    ///
    /// # Errors
    /// As [`Batch::render`].
    pub fn render_and_tell(&mut self, request: &Request) -> Result<(Rendition, Choice), Error> {
        self.render_on(Roads::All, request)
    }

    pub(super) fn render_on(&mut self, roads: Roads, request: &Request) -> Result<(Rendition, Choice), Error> {
        let started = Instant::now();
        let page = request.pipeline.page();
        let known = self.opened.iter().position(|(opened, _)| *opened == page);
        if known.is_none() && self.opened.len() >= OPENED_MAX {
            self.opened.clear();
        }
        let at = known.unwrap_or(self.opened.len());
        if known.is_none() {
            self.opened.push((page, codecs::open_at(self.bytes.clone(), page, &self.limits)?));
        }
        let (source, limits, readers) = (&self.opened[at].1, &self.limits, &mut self.readers);
        let size = source.upright_size();
        readers.expect(self.expected.iter().filter_map(|pipeline| pipeline.first_reduction(size)).collect());
        let plan = Plan::new(source, request, roads, limits)?;
        match carry_out(readers, source, &plan, request, limits, started) {
            // A decoder that gives up while the pixels stream through the steps looks like a failure of the
            // step. Decoding in one go tells them apart.
            Err(Error::Internal(_)) if !plan.in_memory => {
                carry_out(readers, source, &plan.in_one_go(source), request, limits, Instant::now())
            }
            done => done,
        }
    }
}
