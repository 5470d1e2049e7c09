//! Rows ⇄ domain.

use super::{
    AccessKey, Error, NamedTransformation, Profile, Snapshot, UnknownParameters, UrlEndpoint,
    change::{Moment, Write, default_url_endpoint},
    database::{Transaction, Value},
    sealing::{Place, Sealer},
};
use crate::{
    origin::{Location, Origin},
    secret::SecretString,
};
use jiff::Timestamp;
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, OnceLock},
};

const ORIGIN_SECRETS: &str = "origin_secrets";
const ACCESS_KEYS: &str = "access_keys";

/// Sealed at the first start, so that a wrong master key is found before any origin is asked for.
const CHECK: Place<'static> = Place { table: "registry", id: "1", field: "sealed_check" };

/// Puts the first rows into an empty database; finds out whether the master key is the one of a full one.
pub(super) async fn prepare(transaction: &mut Transaction, sealer: &Sealer) -> Result<(), Error> {
    let check = sealer.seal(CHECK, &SecretString::from("darkroom"))?;
    let inserted = transaction
        .execute(
            "INSERT INTO registry (id, version, sealed_check) VALUES (1, 1, $1) ON CONFLICT (id) DO NOTHING",
            vec![check.into()],
        )
        .await?;
    if inserted == 1 {
        let endpoint = default_url_endpoint(Moment::now(1));
        return write(transaction, sealer, &Write::PutUrlEndpoint(Arc::new(endpoint))).await;
    }
    let rows = transaction.query("SELECT sealed_check FROM registry WHERE id = 1", Vec::new()).await?;
    for mut row in rows {
        sealer.open(CHECK, &row.bytes()?)?;
    }
    Ok(())
}

/// Takes the writers' turn; gives the version that the change will have.
pub(super) async fn take_turn(transaction: &mut Transaction) -> Result<u64, Error> {
    let rows = transaction
        .query("UPDATE registry SET version = version + 1 WHERE id = 1 RETURNING version", Vec::new())
        .await?;
    one_version(rows)
}

/// The version that is stored.
pub(super) async fn version(transaction: &mut Transaction) -> Result<u64, Error> {
    let rows = transaction.query("SELECT version FROM registry WHERE id = 1", Vec::new()).await?;
    one_version(rows)
}

fn one_version(rows: Vec<super::database::Row>) -> Result<u64, Error> {
    let mut row = rows.into_iter().next().ok_or_else(|| Error::Unavailable("the row of the version is gone".into()))?;
    Ok(row.integer()?.cast_unsigned())
}

/// Does one write.
pub(super) async fn write(transaction: &mut Transaction, sealer: &Sealer, write: &Write) -> Result<(), Error> {
    match write {
        Write::PutOrigin(origin) => put_origin(transaction, sealer, origin).await,
        Write::DropOrigin(id) => drop_row(transaction, "DELETE FROM origins WHERE id = $1", id).await,
        Write::PutUrlEndpoint(endpoint) => put_url_endpoint(transaction, endpoint).await,
        Write::DropUrlEndpoint(id) => drop_row(transaction, "DELETE FROM url_endpoints WHERE id = $1", id).await,
        Write::PutNamedTransformation(named) => put_named_transformation(transaction, named).await,
        Write::DropNamedTransformation(uid) => {
            drop_row(transaction, "DELETE FROM named_transformations WHERE uid = $1", uid).await
        }
        Write::AddAccessKey(AccessKey { id, private_key }, time) => {
            let ciphertext = sealer.seal(access_key_place(id), private_key)?;
            transaction
                .execute(
                    "INSERT INTO access_keys (id, sealed, create_time) VALUES ($1, $2, $3)",
                    vec![id.as_str().into(), ciphertext.into(), time.as_microsecond().into()],
                )
                .await?;
            Ok(())
        }
    }
}

async fn drop_row(transaction: &mut Transaction, sql: &'static str, id: &str) -> Result<(), Error> {
    transaction.execute(sql, vec![id.into()]).await?;
    Ok(())
}

fn access_key_place(id: &str) -> Place<'_> {
    Place { table: ACCESS_KEYS, id, field: "private_key" }
}

async fn put_origin(transaction: &mut Transaction, sealer: &Sealer, origin: &Origin) -> Result<(), Error> {
    let Origin {
        id,
        display_name,
        location,
        include_canonical_header,
        canonical_base_url,
        create_time,
        update_time,
        etag,
    } = origin;
    transaction
        .execute(
            "INSERT INTO origins (id, display_name, kind, settings, include_canonical_header, canonical_base_url,
                create_time, update_time, etag) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             ON CONFLICT (id) DO UPDATE SET display_name = $2, kind = $3, settings = $4,
                include_canonical_header = $5, canonical_base_url = $6, create_time = $7, update_time = $8, etag = $9",
            vec![
                id.as_str().into(),
                display_name.as_str().into(),
                location.kind().into(),
                Value::Text(location.settings().to_string()),
                (*include_canonical_header).into(),
                canonical_base_url.as_str().into(),
                create_time.as_microsecond().into(),
                update_time.as_microsecond().into(),
                etag.as_str().into(),
            ],
        )
        .await?;
    drop_row(transaction, "DELETE FROM origin_secrets WHERE origin_id = $1", id).await?;
    for (field, secret) in location.secrets() {
        let place = Place { table: ORIGIN_SECRETS, id, field: &field };
        let ciphertext = sealer.seal(place, &secret)?;
        transaction
            .execute(
                "INSERT INTO origin_secrets (origin_id, field, sealed) VALUES ($1, $2, $3)",
                vec![id.as_str().into(), field.as_str().into(), ciphertext.into()],
            )
            .await?;
    }
    Ok(())
}

async fn put_url_endpoint(transaction: &mut Transaction, endpoint: &UrlEndpoint) -> Result<(), Error> {
    let UrlEndpoint {
        id,
        description,
        url_prefix,
        hosts,
        origins,
        restrict_unsigned,
        restrict_unnamed,
        unknown_parameters,
        default_image,
        profile,
        create_time,
        update_time,
        etag,
    } = endpoint;
    transaction
        .execute(
            "INSERT INTO url_endpoints (id, description, url_prefix, restrict_unsigned, restrict_unnamed,
                unknown_parameters, default_image, profile, create_time, update_time, etag)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
             ON CONFLICT (id) DO UPDATE SET description = $2, url_prefix = $3, restrict_unsigned = $4,
                restrict_unnamed = $5, unknown_parameters = $6, default_image = $7, profile = $8, create_time = $9,
                update_time = $10, etag = $11",
            vec![
                id.as_str().into(),
                description.as_str().into(),
                url_prefix.as_str().into(),
                (*restrict_unsigned).into(),
                (*restrict_unnamed).into(),
                unknown_parameters_text(*unknown_parameters).into(),
                default_image.as_str().into(),
                profile_text(*profile).into(),
                create_time.as_microsecond().into(),
                update_time.as_microsecond().into(),
                etag.as_str().into(),
            ],
        )
        .await?;
    drop_row(transaction, "DELETE FROM url_endpoint_hosts WHERE url_endpoint_id = $1", id).await?;
    drop_row(transaction, "DELETE FROM url_endpoint_origins WHERE url_endpoint_id = $1", id).await?;
    for (position, host) in (0_i64..).zip(hosts) {
        transaction
            .execute(
                "INSERT INTO url_endpoint_hosts (url_endpoint_id, position, host) VALUES ($1, $2, $3)",
                vec![id.as_str().into(), position.into(), host.as_str().into()],
            )
            .await?;
    }
    for (position, origin) in (0_i64..).zip(origins) {
        transaction
            .execute(
                "INSERT INTO url_endpoint_origins (url_endpoint_id, position, origin_id) VALUES ($1, $2, $3)",
                vec![id.as_str().into(), position.into(), origin.as_str().into()],
            )
            .await?;
    }
    Ok(())
}

async fn put_named_transformation(transaction: &mut Transaction, named: &NamedTransformation) -> Result<(), Error> {
    let NamedTransformation { uid, name, transformation, disabled, create_time, update_time, etag } = named;
    transaction
        .execute(
            "INSERT INTO named_transformations (uid, name, transformation, disabled, create_time, update_time, etag)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (uid) DO UPDATE SET name = $2, transformation = $3, disabled = $4, create_time = $5,
                update_time = $6, etag = $7",
            vec![
                uid.as_str().into(),
                name.as_str().into(),
                transformation.as_str().into(),
                (*disabled).into(),
                create_time.as_microsecond().into(),
                update_time.as_microsecond().into(),
                etag.as_str().into(),
            ],
        )
        .await?;
    Ok(())
}

/// Reads all that is registered.
pub(super) async fn load(transaction: &mut Transaction, sealer: &Sealer) -> Result<Snapshot, Error> {
    Ok(Snapshot {
        version: version(transaction).await?,
        origins: load_origins(transaction, sealer).await?,
        url_endpoints: load_url_endpoints(transaction).await?,
        named_transformations: load_named_transformations(transaction).await?,
        access_keys: load_access_keys(transaction, sealer).await?,
        ways_in: OnceLock::new(),
    })
}

async fn load_origins(transaction: &mut Transaction, sealer: &Sealer) -> Result<BTreeMap<String, Arc<Origin>>, Error> {
    let mut secrets: HashMap<String, BTreeMap<String, SecretString>> = HashMap::new();
    let rows = transaction.query("SELECT origin_id, field, sealed FROM origin_secrets", Vec::new()).await?;
    for mut row in rows {
        let (id, field, ciphertext) = (row.text()?, row.text()?, row.bytes()?);
        let place = Place { table: ORIGIN_SECRETS, id: &id, field: &field };
        let secret = sealer.open(place, &ciphertext)?;
        secrets.entry(id).or_default().insert(field, secret);
    }
    let rows = transaction
        .query(
            "SELECT id, display_name, kind, settings, include_canonical_header, canonical_base_url, create_time,
                update_time, etag FROM origins",
            Vec::new(),
        )
        .await?;
    let mut origins = BTreeMap::new();
    for mut row in rows {
        let id = row.text()?;
        let origin = Origin {
            display_name: row.text()?,
            location: restore(&id, &row.text()?, &row.text()?, secrets.remove(&id))?,
            include_canonical_header: row.boolean()?,
            canonical_base_url: row.text()?,
            create_time: time(row.integer()?)?,
            update_time: time(row.integer()?)?,
            etag: row.text()?,
            id,
        };
        origins.insert(origin.id.clone(), Arc::new(origin));
    }
    Ok(origins)
}

fn restore(
    id: &str,
    kind: &str,
    settings: &str,
    secrets: Option<BTreeMap<String, SecretString>>,
) -> Result<Location, Error> {
    let unreadable =
        |error: &dyn std::fmt::Display| Error::Unavailable(format!("stored origin {id} cannot be read: {error}"));
    let settings = serde_json::from_str(settings).map_err(|error| unreadable(&error))?;
    Location::restore(kind, settings, secrets.unwrap_or_default()).map_err(|error| unreadable(&error))
}

async fn load_url_endpoints(transaction: &mut Transaction) -> Result<BTreeMap<String, Arc<UrlEndpoint>>, Error> {
    let mut hosts = load_lists(
        transaction,
        "SELECT url_endpoint_id, host FROM url_endpoint_hosts ORDER BY url_endpoint_id, position",
    )
    .await?;
    let mut origins = load_lists(
        transaction,
        "SELECT url_endpoint_id, origin_id FROM url_endpoint_origins ORDER BY url_endpoint_id, position",
    )
    .await?;
    let rows = transaction
        .query(
            "SELECT id, description, url_prefix, restrict_unsigned, restrict_unnamed, unknown_parameters,
                default_image, profile, create_time, update_time, etag FROM url_endpoints",
            Vec::new(),
        )
        .await?;
    let mut url_endpoints = BTreeMap::new();
    for mut row in rows {
        let id = row.text()?;
        let endpoint = UrlEndpoint {
            description: row.text()?,
            url_prefix: row.text()?,
            hosts: hosts.remove(&id).unwrap_or_default(),
            origins: origins.remove(&id).unwrap_or_default(),
            restrict_unsigned: row.boolean()?,
            restrict_unnamed: row.boolean()?,
            unknown_parameters: unknown_parameters(&row.text()?)?,
            default_image: row.text()?,
            profile: profile(&row.text()?)?,
            create_time: time(row.integer()?)?,
            update_time: time(row.integer()?)?,
            etag: row.text()?,
            id,
        };
        url_endpoints.insert(endpoint.id.clone(), Arc::new(endpoint));
    }
    Ok(url_endpoints)
}

async fn load_named_transformations(
    transaction: &mut Transaction,
) -> Result<BTreeMap<String, Arc<NamedTransformation>>, Error> {
    let rows = transaction
        .query(
            "SELECT uid, name, transformation, disabled, create_time, update_time, etag FROM named_transformations",
            Vec::new(),
        )
        .await?;
    let mut named_transformations = BTreeMap::new();
    for mut row in rows {
        let named = NamedTransformation {
            uid: row.text()?,
            name: row.text()?,
            transformation: row.text()?,
            disabled: row.boolean()?,
            create_time: time(row.integer()?)?,
            update_time: time(row.integer()?)?,
            etag: row.text()?,
        };
        named_transformations.insert(named.name.clone(), Arc::new(named));
    }
    Ok(named_transformations)
}

async fn load_lists(transaction: &mut Transaction, sql: &'static str) -> Result<HashMap<String, Vec<String>>, Error> {
    let mut lists: HashMap<String, Vec<String>> = HashMap::new();
    for mut row in transaction.query(sql, Vec::new()).await? {
        lists.entry(row.text()?).or_default().push(row.text()?);
    }
    Ok(lists)
}

async fn load_access_keys(transaction: &mut Transaction, sealer: &Sealer) -> Result<Vec<AccessKey>, Error> {
    let rows = transaction.query("SELECT id, sealed FROM access_keys ORDER BY create_time, id", Vec::new()).await?;
    rows.into_iter()
        .map(|mut row| {
            let id = row.text()?;
            let private_key = sealer.open(access_key_place(&id), &row.bytes()?)?;
            Ok(AccessKey { id, private_key })
        })
        .collect()
}

fn time(microseconds: i64) -> Result<Timestamp, Error> {
    Timestamp::from_microsecond(microseconds)
        .map_err(|error| Error::Unavailable(format!("a stored time cannot be read: {error}")))
}

fn unknown_parameters_text(unknown_parameters: UnknownParameters) -> &'static str {
    match unknown_parameters {
        UnknownParameters::Reject => "reject",
        UnknownParameters::Ignore => "ignore",
    }
}

fn unknown_parameters(text: &str) -> Result<UnknownParameters, Error> {
    match text {
        "reject" => Ok(UnknownParameters::Reject),
        "ignore" => Ok(UnknownParameters::Ignore),
        other => Err(unknown_word(other)),
    }
}

fn profile_text(profile: Profile) -> &'static str {
    match profile {
        Profile::Default => "default",
        Profile::Speed => "speed",
    }
}

fn profile(text: &str) -> Result<Profile, Error> {
    match text {
        "default" => Ok(Profile::Default),
        "speed" => Ok(Profile::Speed),
        other => Err(unknown_word(other)),
    }
}

fn unknown_word(word: &str) -> Error {
    Error::Unavailable(format!("a stored row has the unknown word `{word}`"))
}
