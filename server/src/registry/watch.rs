//! Looks for changes that other processes made.

use super::{Error, Room, WATCH_INTERVAL, store, within_timeout};
use std::sync::{Arc, Weak};

/// Runs until the registry is dropped.
pub(super) async fn run(room: Weak<Room>) {
    let mut failing = false;
    loop {
        tokio::time::sleep(WATCH_INTERVAL).await;
        let Some(room) = room.upgrade() else { return };
        let result = within_timeout(room.refresh()).await;
        metrics::gauge!("darkroom_registry_stale").set(f64::from(u8::from(result.is_err())));
        match result {
            Ok(()) if failing => tracing::info!("the registry can be read again"),
            Ok(()) => {}
            // Once, and not each second.
            Err(error) if !failing => {
                tracing::error!(%error, "the registry cannot be read; requests are answered from what was read last");
                failing = true;
                continue;
            }
            Err(_) => continue,
        }
        failing = false;
    }
}

impl Room {
    /// Loads the snapshot anew if the stored version is another one.
    pub(super) async fn refresh(&self) -> Result<(), Error> {
        let _turn = self.turn.lock().await;
        let mut transaction = self.database.begin_read().await?;
        let seen = self.snapshot().version;
        // Also a lower one: the database may have been restored from a backup.
        let result = match store::version(&mut transaction).await {
            Ok(stored) if stored == seen => Ok(None),
            Ok(_) => store::load(&mut transaction, &self.sealer).await.map(Some),
            Err(error) => Err(error),
        };
        transaction.rollback().await;
        if let Some(snapshot) = result? {
            tracing::info!(seen, version = snapshot.version, "the registry was changed elsewhere");
            self.snapshot.store(Arc::new(snapshot));
        }
        Ok(())
    }
}
