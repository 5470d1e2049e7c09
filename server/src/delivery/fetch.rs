//! Sources from the origins of an address: one fetch for all who ask at the same time.

use super::{
    Address, Delivery, Error, Original,
    flights::Flights,
    key,
    source::{self, Revalidated},
};
use crate::{
    cache::{Entry, Key},
    workers::Progress,
};
use std::{sync::Arc, time::Instant};

impl Delivery {
    /// A source, from the first origin that has it; one fetch for all who ask at the same time.
    pub(super) async fn fetch(&self, address: &Arc<Address>) -> Result<Arc<Original>, Error> {
        let key = key::original(address);
        match self.at_hand.get(&key, Instant::now()) {
            Some(original) => Ok(original),
            None => self.fetch_into(&self.originals, key, address, false).await,
        }
    }

    /// What layers use, for a caller who holds a source already.
    pub(super) async fn fetch_beside(&self, address: &Arc<Address>) -> Result<Arc<Original>, Error> {
        self.fetch_into(&self.beside, key::original(address), address, true).await
    }

    async fn fetch_into(
        &self,
        flights: &Flights<Arc<Original>>,
        key: Key,
        address: &Arc<Address>,
        is_beside: bool,
    ) -> Result<Arc<Original>, Error> {
        if self.missing.contains_key(&key) {
            return Err(Error::NotFound { path: address.path.to_string() });
        }
        let deadline = self.config.fetch_timeout;
        let (clients, wanted, missing) = (Arc::clone(&self.clients), Arc::clone(address), self.missing.clone());
        let at_hand = Arc::clone(&self.at_hand);
        let work = async move {
            let fetched = source::first(&clients, &wanted, is_beside, deadline).await.map(Arc::new);
            match &fetched {
                Ok(original) => at_hand.put(key, original, Instant::now()),
                Err(Error::NotFound { .. }) => missing.insert(key, ()).await,
                Err(_) => {}
            }
            fetched
        };
        flights.run(key, Progress::default(), work).await
    }

    /// Whether the source of an entry is still what it was, or what it is now; asked once for all renditions of it.
    pub(super) async fn revalidate(&self, address: &Arc<Address>, entry: &Entry) -> Result<Revalidated, Error> {
        let deadline = self.config.fetch_timeout;
        let (clients, wanted) = (Arc::clone(&self.clients), Arc::clone(address));
        let (origin, version) = (entry.origin.clone(), entry.source_version.clone());
        let key = key::version(address, &origin, &version);
        let work = async move { source::revalidate(&clients, &wanted, &origin, &version, deadline).await };
        self.revalidations.run(key, Progress::default(), work).await
    }
}
