//! The default database: one file, one connection.

use super::{Error, migration};
use sqlx::{
    SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{
    fs, io,
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _},
    path::Path,
    time::Duration,
};

/// How long a write waits for the write of another process; the change that it is part of ends then anyway.
const BUSY_TIMEOUT: Duration = super::super::DATABASE_TIMEOUT;

/// How long a start waits for others that open the file too. Several that start at once take turns, and on a busy
/// disk each turn is some slow syncs: a start that gives up would be a server that is missing.
const OPEN_TIMEOUT: Duration = Duration::from_mins(1);

/// Primary result code of all errors that the operating system reported, fsync among them.
const SQLITE_IOERR: i32 = 10;

/// Opens the file, making it and its folder when they are absent, checks it whole and migrates it.
pub(super) async fn open(path: &Path) -> Result<SqlitePool, Error> {
    prepare(path).map_err(|error| Error::Unavailable(format!("file {}: {error}", path.display())))?;
    let options = SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        // NORMAL may lose the last commits in a power cut; what was acknowledged must stay.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(OPEN_TIMEOUT);
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .min_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .acquire_timeout(OPEN_TIMEOUT)
        .connect_with(options)
        .await
        .map_err(|error| Error::Unavailable(format!("file {}: {error}", path.display())))?;
    let verdict: String = sqlx::query_scalar("PRAGMA quick_check(1)").fetch_one(&pool).await?;
    if verdict != "ok" {
        return Err(Error::Unavailable(format!(
            "file {} is damaged ({verdict}); restore it from a backup",
            path.display()
        )));
    }
    // sqlx has no lock for migrations on SQLite. In one write transaction, processes that start at once migrate one
    // after the other, and a migration that is cut off leaves nothing behind.
    let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await?;
    sqlx::migrate!("./migrations/sqlite")
        // As `run`, for a connection that is borrowed.
        .run_direct(None, &mut *transaction, false)
        .await
        .map_err(|error| migration(&error))?;
    transaction.commit().await?;
    // The pool's one connection stays: from here on it waits as long as a request does.
    let busy_timeout = format!("PRAGMA busy_timeout = {}", BUSY_TIMEOUT.as_millis());
    sqlx::raw_sql(sqlx::AssertSqlSafe(busy_timeout)).execute(&pool).await?;
    Ok(pool)
}

/// Makes the file before `SQLite` does, with the permissions that its journal files then inherit.
fn prepare(path: &Path) -> io::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    let file = fs::OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path)?;
    if file.metadata()?.permissions().mode() & 0o077 != 0 {
        file.set_permissions(fs::Permissions::from_mode(0o600))?;
    }
    Ok(())
}

/// Whether the operating system failed to read, write or sync the file.
pub(super) fn is_disk_error(error: &sqlx::Error) -> bool {
    let code =
        error.as_database_error().and_then(sqlx::error::DatabaseError::code).and_then(|code| code.parse::<i32>().ok());
    // The low byte of an extended code is the primary code.
    code.is_some_and(|code| code & 0xff == SQLITE_IOERR)
}
