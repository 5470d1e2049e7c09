//! One way to speak to both databases.
//!
//! The registry needs five kinds of statement and three types of value, so each database is an arm of an enum here
//! and the SQL is written once. sqlx's own `AnyPool` would do the same with a driver list that is global to the
//! process, and without the typed options (permissions, pragmas, deadlines) that this room depends on.

mod postgres;
mod sqlite;

use super::Error;
use sqlx::{
    Arguments as _, Column as _, Decode, PgPool, Postgres, Row as _, Sqlite, SqlitePool, Type, TypeInfo as _,
    ValueRef as _, postgres::PgArguments, sqlite::SqliteArguments,
};
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// Connections to one database.
#[derive(Debug)]
pub(super) struct Database {
    pool: Pool,
    /// Set when the disk failed under `SQLite`. What it then holds is unknown until it is opened and checked again, so
    /// nothing more is written: a second try after a failed fsync may succeed without the data being on the disk.
    disk_failed: Arc<AtomicBool>,
}

#[derive(Debug)]
enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// A value in a row or a statement.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    /// Integers, booleans and times.
    Integer(i64),
    /// Text.
    Text(String),
    /// Sealed secrets.
    Bytes(Vec<u8>),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Integer(flag.into())
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

/// A row that was read: its values from left to right.
#[derive(Debug)]
pub(super) struct Row(std::vec::IntoIter<Value>);

impl Row {
    /// The next value, an integer.
    pub(super) fn integer(&mut self) -> Result<i64, Error> {
        match self.0.next() {
            Some(Value::Integer(number)) => Ok(number),
            other => Err(unexpected("an integer", other.as_ref())),
        }
    }

    /// The next value, a boolean.
    pub(super) fn boolean(&mut self) -> Result<bool, Error> {
        self.integer().map(|number| number != 0)
    }

    /// The next value, a text.
    pub(super) fn text(&mut self) -> Result<String, Error> {
        match self.0.next() {
            Some(Value::Text(text)) => Ok(text),
            other => Err(unexpected("a text", other.as_ref())),
        }
    }

    /// The next value, bytes.
    pub(super) fn bytes(&mut self) -> Result<Vec<u8>, Error> {
        match self.0.next() {
            Some(Value::Bytes(bytes)) => Ok(bytes),
            other => Err(unexpected("bytes", other.as_ref())),
        }
    }
}

fn unexpected(expected: &str, found: Option<&Value>) -> Error {
    let found = match found {
        Some(Value::Integer(_)) => "an integer",
        Some(Value::Text(_)) => "a text",
        Some(Value::Bytes(_)) => "bytes",
        None => "nothing",
    };
    Error::Unavailable(format!("a stored row has {found} in place of {expected}"))
}

/// A transaction. Dropped before [`Self::commit`], it changes nothing.
#[derive(Debug)]
pub(super) struct Transaction {
    open: Open,
    disk_failed: Arc<AtomicBool>,
}

#[derive(Debug)]
enum Open {
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    Postgres(sqlx::Transaction<'static, Postgres>),
}

impl Database {
    /// Opens, checks and migrates the database at `sqlite://path` or `postgres://…`.
    pub(super) async fn open(url: &str) -> Result<Self, Error> {
        let pool = if let Some(path) = url.strip_prefix("sqlite://") {
            Pool::Sqlite(sqlite::open(path.as_ref()).await?)
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Pool::Postgres(postgres::open(url).await?)
        } else {
            // The URL may hold a password: it is not repeated.
            return Err(Error::Unavailable(
                "expected a URL of the form sqlite://path or postgres://user@host/database".into(),
            ));
        };
        Ok(Self { pool, disk_failed: Arc::default() })
    }

    /// A transaction that will write. Its first statement must be on the row of `registry`.
    pub(super) async fn begin_write(&self) -> Result<Transaction, Error> {
        if self.disk_failed.load(Ordering::Relaxed) {
            return Err(Error::Unavailable(
                "the disk of the registry failed before; nothing is written until a restart has checked it".into(),
            ));
        }
        let open = match &self.pool {
            // IMMEDIATE waits for other writers here, under the busy timeout, and not at the first write.
            Pool::Sqlite(pool) => Open::Sqlite(pool.begin_with("BEGIN IMMEDIATE").await?),
            // Each statement after the row lock must see what the writer before committed.
            Pool::Postgres(pool) => {
                Open::Postgres(pool.begin_with("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE").await?)
            }
        };
        Ok(self.transaction(open))
    }

    /// A transaction whose statements all see the same moment.
    pub(super) async fn begin_read(&self) -> Result<Transaction, Error> {
        let open = match &self.pool {
            Pool::Sqlite(pool) => Open::Sqlite(pool.begin().await?),
            Pool::Postgres(pool) => {
                Open::Postgres(pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?)
            }
        };
        Ok(self.transaction(open))
    }

    /// Closes all connections.
    #[cfg(test)]
    pub(super) async fn close(&self) {
        match &self.pool {
            Pool::Sqlite(pool) => pool.close().await,
            Pool::Postgres(pool) => pool.close().await,
        }
    }

    fn transaction(&self, open: Open) -> Transaction {
        Transaction { open, disk_failed: Arc::clone(&self.disk_failed) }
    }
}

impl Transaction {
    /// Runs a statement; says how many rows it changed.
    pub(super) async fn execute(&mut self, sql: &'static str, values: Vec<Value>) -> Result<u64, Error> {
        let result = match &mut self.open {
            Open::Sqlite(transaction) => sqlx::query_with(sql, sqlite_arguments(values)?)
                .execute(&mut **transaction)
                .await
                .map(|done| done.rows_affected()),
            Open::Postgres(transaction) => sqlx::query_with(sql, postgres_arguments(values)?)
                .execute(&mut **transaction)
                .await
                .map(|done| done.rows_affected()),
        };
        self.observe(result)
    }

    /// Runs a statement; gives the rows that it answers.
    pub(super) async fn query(&mut self, sql: &'static str, values: Vec<Value>) -> Result<Vec<Row>, Error> {
        let result = match &mut self.open {
            Open::Sqlite(transaction) => sqlx::query_with(sql, sqlite_arguments(values)?)
                .fetch_all(&mut **transaction)
                .await
                .and_then(|rows| rows.iter().map(read_row::<Sqlite>).collect()),
            Open::Postgres(transaction) => sqlx::query_with(sql, postgres_arguments(values)?)
                .fetch_all(&mut **transaction)
                .await
                .and_then(|rows| rows.iter().map(read_row::<Postgres>).collect()),
        };
        self.observe(result)
    }

    /// Makes it durable.
    pub(super) async fn commit(self) -> Result<(), Error> {
        let Self { open, disk_failed } = self;
        let result = match open {
            Open::Sqlite(transaction) => transaction.commit().await,
            Open::Postgres(transaction) => transaction.commit().await,
        };
        note_disk_error(&disk_failed, result)
    }

    /// Takes it back now, and not when the connection is next used: until then others would wait.
    pub(super) async fn rollback(self) {
        let result = match self.open {
            Open::Sqlite(transaction) => transaction.rollback().await,
            Open::Postgres(transaction) => transaction.rollback().await,
        };
        if let Err(error) = result {
            tracing::debug!(%error, "a transaction was not rolled back; its connection is closed");
        }
    }

    fn observe<T>(&self, result: Result<T, sqlx::Error>) -> Result<T, Error> {
        note_disk_error(&self.disk_failed, result)
    }
}

/// Only `SQLite`'s errors have such codes.
fn note_disk_error<T>(disk_failed: &AtomicBool, result: Result<T, sqlx::Error>) -> Result<T, Error> {
    if result.as_ref().is_err_and(sqlite::is_disk_error) {
        disk_failed.store(true, Ordering::Relaxed);
    }
    Ok(result?)
}

fn sqlite_arguments(values: Vec<Value>) -> Result<SqliteArguments, sqlx::Error> {
    let mut arguments = SqliteArguments::default();
    for value in values {
        match value {
            Value::Integer(number) => arguments.add(number),
            Value::Text(text) => arguments.add(text),
            Value::Bytes(bytes) => arguments.add(bytes),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}

fn postgres_arguments(values: Vec<Value>) -> Result<PgArguments, sqlx::Error> {
    let mut arguments = PgArguments::default();
    for value in values {
        match value {
            Value::Integer(number) => arguments.add(number),
            Value::Text(text) => arguments.add(text),
            Value::Bytes(bytes) => arguments.add(bytes),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}

fn read_row<DB>(row: &DB::Row) -> Result<Row, sqlx::Error>
where
    DB: sqlx::Database,
    usize: sqlx::ColumnIndex<DB::Row>,
    for<'r> i64: Decode<'r, DB> + Type<DB>,
    for<'r> String: Decode<'r, DB> + Type<DB>,
    for<'r> Vec<u8>: Decode<'r, DB> + Type<DB>,
{
    let mut values = Vec::with_capacity(row.columns().len());
    for column in row.columns() {
        let index = column.ordinal();
        let kind = row.try_get_raw(index)?.type_info().into_owned();
        values.push(match kind.name() {
            "INTEGER" | "BIGINT" | "INT8" => Value::Integer(row.try_get(index)?),
            "BLOB" | "BYTEA" => Value::Bytes(row.try_get(index)?),
            _ => Value::Text(row.try_get(index)?),
        });
    }
    Ok(Row(values.into_iter()))
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Self::Unavailable(error.to_string())
    }
}

/// Says what a failed migration means.
fn migration(error: &sqlx::migrate::MigrateError) -> Error {
    Error::Unavailable(match error {
        sqlx::migrate::MigrateError::VersionMissing(version) => format!(
            "it was written by a newer Darkroom (its schema has step {version}, which this one does not know); \
             start that version or a later one"
        ),
        other => other.to_string(),
    })
}
