//! What a pipeline needs beside its source: images to lay on it, fonts. Whoever calls the engine finds out
//! with [`crate::Pipeline::resources`], fetches them, and hands them in; the engine itself opens nothing.

use crate::{Error, Limits, frame::Frame, language::Size, memory::Memory, work::Work};
use bytes::Bytes;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

/// What a resource is used as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ResourceKind {
    /// An image, in any format that is read.
    Image,
    /// A font file.
    Font,
}

/// Something to fetch.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Resource {
    /// What it is used as.
    pub kind: ResourceKind,
    /// Its path behind the same URL endpoint as the source, decoded, without a leading slash.
    pub path: String,
}

/// The resources of one rendition, by their paths. Cloning is cheap.
#[derive(Debug, Clone, Default)]
pub struct Resources {
    files: Arc<BTreeMap<String, Bytes>>,
    /// Layers as they were drawn for the first frame of an animation: those of the next are the same.
    drawn: Arc<Mutex<BTreeMap<String, Drawn>>>,
    /// What was computed so far.
    work: Arc<Work>,
    /// What is held so far.
    memory: Arc<Memory>,
}

/// A layer that was drawn.
#[derive(Debug, Clone)]
pub(crate) struct Drawn {
    /// In memory, with alpha.
    pub(crate) frame: Frame,
    /// Its size before its own steps.
    pub(crate) initial: Size,
}

/// Only the files count: what was drawn of them follows.
impl PartialEq for Resources {
    fn eq(&self, other: &Self) -> bool {
        self.files == other.files
    }
}

impl FromIterator<(String, Bytes)> for Resources {
    fn from_iter<T: IntoIterator<Item = (String, Bytes)>>(files: T) -> Self {
        Self { files: Arc::new(files.into_iter().collect()), ..Self::default() }
    }
}

impl Resources {
    /// The bytes at this path, if they were handed in.
    pub fn get(&self, path: &str) -> Option<&Bytes> {
        self.files.get(path)
    }

    /// Every path with its bytes, in the order of the paths.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Bytes)> {
        self.files.iter().map(|(path, bytes)| (path.as_str(), bytes))
    }

    /// The same files, for a run from the start.
    pub(crate) fn afresh(&self) -> Self {
        Self { files: Arc::clone(&self.files), ..Self::default() }
    }

    /// What was computed so far with these.
    pub(crate) fn work(&self) -> &Work {
        &self.work
    }

    /// What is held so far with these.
    pub(crate) fn memory(&self) -> &Memory {
        &self.memory
    }

    /// What was drawn before under this name.
    pub(crate) fn drawn(&self, name: &str) -> Option<Drawn> {
        self.drawn.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    /// Keeps what was drawn.
    ///
    /// # Errors
    /// [`Error::TooLarge`] when it is too much together with what was kept before.
    pub(crate) fn keep_drawn(&self, name: String, drawn: Drawn, limits: &Limits) -> Result<(), Error> {
        let pixels = |drawn: &Drawn| u64::from(drawn.frame.width()) * u64::from(drawn.frame.height());
        let mut all = self.drawn.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(name, drawn);
        Limits::check("layer_pixels", limits.layer_pixels, all.values().map(pixels).sum())
    }
}
