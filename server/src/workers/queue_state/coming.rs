//! Those who were let in and are not there yet, because what they need is still fetched.

use super::{Error, Kind, SourceName, State};
use std::time::Instant;

/// Somebody who was let in and is not there yet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Coming {
    pub(super) since: Instant,
    pub(super) kind: Kind,
    pub(super) name: Option<SourceName>,
}

impl State {
    /// Lets somebody fetch what a job needs, or says at once why not. A gathering is let in as one: its own jobs are not
    /// what it would wait for. Workers start meanwhile.
    pub(in crate::workers) fn announce(
        &mut self,
        kind: Kind,
        name: Option<SourceName>,
        gathering: Option<u64>,
        now: Instant,
    ) -> Result<u64, Error> {
        if self.gatherings.is_let_in(gathering) {
            self.check_open()?;
        } else {
            self.check_room(now)?;
            self.gatherings.let_in(gathering);
        }
        self.rouse(self.busy_max);
        let id = self.next_id();
        self.coming.insert(id, Coming { since: now, kind, name });
        self.company.announced(name);
        Ok(id)
    }

    /// Who was let in comes no more.
    pub(in crate::workers) fn withdraw(&mut self, announced: u64) {
        if self.arrive(announced).is_some() {
            self.assign();
        }
    }

    pub(super) fn arrive(&mut self, announced: u64) -> Option<Coming> {
        let coming = self.coming.remove(&announced)?;
        self.company.arrived(coming.name);
        Some(coming)
    }

    /// Whether a job on this source waits for others who fetch it.
    pub(in crate::workers) fn expects_company(&self, name: Option<SourceName>) -> bool {
        self.company.is_expected(name)
    }

    /// A job has waited long enough for others.
    pub(in crate::workers) fn go_alone(&mut self, id: u64) {
        if let Some(waiting) = self.waiting.iter_mut().find(|waiting| waiting.id == id) {
            waiting.is_alone = true;
            self.assign();
        }
    }
}
