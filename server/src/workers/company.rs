//! Jobs that are about to come for a source that others wait for: a page asks for many sizes of one picture at once.
//! They share one fetch, and are there within a moment of each other when it is done. Who is there first waits for
//! that moment, so that they are dealt out as one.

use super::queue::SourceName;
use std::{collections::HashMap, time::Duration};

/// For how long a job waits for others that are about to come. They are no further away than a few turns of the
/// runtime, unless they need something else beside the source.
pub(super) const TOGETHER_WITHIN: Duration = Duration::from_millis(5);

/// How many are about to come, by what they fetch.
#[derive(Debug, Default)]
pub(super) struct Company {
    coming: HashMap<SourceName, u32>,
}

impl Company {
    /// One more will come.
    pub(super) fn announced(&mut self, name: Option<SourceName>) {
        if let Some(name) = name {
            *self.coming.entry(name).or_insert(0) += 1;
        }
    }

    /// One of them is there, or will not come.
    pub(super) fn arrived(&mut self, name: Option<SourceName>) {
        if let Some(name) = name
            && let Some(coming) = self.coming.get_mut(&name)
        {
            *coming -= 1;
            if *coming == 0 {
                self.coming.remove(&name);
            }
        }
    }

    /// Whether others are about to come for this source.
    pub(super) fn is_expected(&self, name: Option<SourceName>) -> bool {
        name.is_some_and(|name| self.coming.contains_key(&name))
    }
}
