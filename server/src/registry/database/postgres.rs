//! The database for several server processes.

use super::{Error, migration};
use sqlx::{
    PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::{str::FromStr as _, time::Duration};

/// Connections of one server process. Requests read the snapshot: only changes and the watch over them come here.
const CONNECTIONS_MAX: u32 = 4;

/// A connection that nothing used for this long is closed.
const IDLE_TIMEOUT: Duration = Duration::from_mins(1);

/// Opens and migrates the database.
pub(super) async fn open(url: &str) -> Result<PgPool, Error> {
    let timeout = super::super::DATABASE_TIMEOUT.as_millis().to_string();
    // sqlx's error may repeat the URL, and the URL may hold a password.
    let options = PgConnectOptions::from_str(url)
        .map_err(|_| Error::Unavailable("the postgres:// URL cannot be read".into()))?
        .application_name("darkroom")
        // The server ends what we no longer wait for, so that a lock never outlives its writer.
        .options([
            ("statement_timeout", timeout.as_str()),
            ("lock_timeout", timeout.as_str()),
            ("idle_in_transaction_session_timeout", timeout.as_str()),
        ]);
    let pool = PgPoolOptions::new()
        .max_connections(CONNECTIONS_MAX)
        .idle_timeout(IDLE_TIMEOUT)
        .acquire_timeout(super::super::DATABASE_TIMEOUT)
        .connect_with(options)
        .await?;
    sqlx::migrate!("./migrations/postgres").run(&pool).await.map_err(|error| migration(&error))?;
    Ok(pool)
}
