//! Changes, worked out before anything is written: pure functions from what is registered and what is asked to a
//! list of writes, which the database and the snapshot then both follow.

use super::{
    AccessKey, Error, NamedTransformation, Profile, Snapshot, UnknownParameters, UrlEndpoint,
    names::{etag, named_transformation_name, new_id, new_uid, origin_name, random, url_endpoint_name},
    rules::{
        DEFAULT_URL_ENDPOINT, NAMED_TRANSFORMATIONS_MAX, ORIGINS_MAX, URL_ENDPOINTS_MAX, check_named_transformation,
        check_origin, check_url_endpoint, require,
    },
};
use crate::{
    origin::Origin,
    secret::{ExposeSecret as _, SecretString},
};
use jiff::Timestamp;
use std::sync::Arc;

/// Characters of an access key that is given; fewer could be guessed.
pub const PRIVATE_KEY_CHARACTERS_MIN: usize = 8;
/// Characters of an access key that is given.
pub const PRIVATE_KEY_CHARACTERS_MAX: usize = 256;
/// Characters after `private_` in a key that is made: 43 of 62 kinds are 256 bits.
const PRIVATE_KEY_RANDOM_CHARACTERS: usize = 43;

/// A row that changes, with all that hangs on it.
#[derive(Debug)]
pub(super) enum Write {
    /// Inserts or replaces.
    PutOrigin(Arc<Origin>),
    /// Deletes.
    DropOrigin(String),
    /// Inserts or replaces.
    PutUrlEndpoint(Arc<UrlEndpoint>),
    /// Deletes.
    DropUrlEndpoint(String),
    /// Inserts, or replaces the one of the same uid.
    PutNamedTransformation(Arc<NamedTransformation>),
    /// Deletes the one of this uid.
    DropNamedTransformation(String),
    /// Inserts.
    AddAccessKey(AccessKey, Timestamp),
}

/// When a change happens.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    /// Version of the registry after it.
    pub(super) version: u64,
    /// By the clock, as exact as it is stored.
    pub(super) time: Timestamp,
}

impl Moment {
    pub(super) fn now(version: u64) -> Self {
        // Stored times are whole microseconds; what is in memory must not differ from what a restart reads.
        let now = Timestamp::now();
        let time = Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now);
        Self { version, time }
    }
}

/// Writes, and what the caller gets when they are durable.
pub(super) type Change<T> = Result<(Vec<Write>, T), Error>;

/// Whether an origin may become the one that the default endpoint serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Attach {
    /// When it is the first one.
    First,
    /// Never: an endpoint of its own serves it.
    Never,
}

pub(super) fn create_origin(
    mut origin: Origin,
    attach: Attach,
    snapshot: &Snapshot,
    moment: Moment,
) -> Change<Arc<Origin>> {
    if origin.id.is_empty() {
        origin.id = new_id('o');
    }
    check_origin(&origin)?;
    let name = origin_name(&origin.id);
    if snapshot.origins.contains_key(&origin.id) {
        return Err(Error::AlreadyExists(format!("{name} exists already")));
    }
    require(
        snapshot.origins.len() < ORIGINS_MAX,
        "origin",
        &format!("there are {ORIGINS_MAX} origins, which is the most"),
    )?;
    origin.create_time = moment.time;
    origin.update_time = moment.time;
    origin.etag = etag(&name, moment.version, moment.time);
    let origin = Arc::new(origin);
    let mut writes = vec![Write::PutOrigin(Arc::clone(&origin))];
    if attach == Attach::First {
        writes.extend(attach_first(&origin.id, snapshot, moment));
    }
    Ok((writes, origin))
}

/// The first origin is attached to the default endpoint, so that its images can be asked for at once. The default
/// endpoint tells whether it is the first: once anybody has changed it, what it serves is theirs to say.
fn attach_first(origin: &str, snapshot: &Snapshot, moment: Moment) -> Option<Write> {
    let default = snapshot.url_endpoints.get(DEFAULT_URL_ENDPOINT)?;
    (default.origins.is_empty() && default.create_time == default.update_time).then(|| {
        Write::PutUrlEndpoint(Arc::new(UrlEndpoint {
            origins: vec![origin.to_owned()],
            update_time: moment.time,
            etag: etag(&url_endpoint_name(DEFAULT_URL_ENDPOINT), moment.version, moment.time),
            ..UrlEndpoint::clone(default)
        }))
    })
}

pub(super) fn update_origin(mut origin: Origin, snapshot: &Snapshot, moment: Moment) -> Change<Arc<Origin>> {
    let name = origin_name(&origin.id);
    let stored = snapshot.origins.get(&origin.id).ok_or_else(|| Error::NotFound(name.clone()))?;
    check_etag(&name, &origin.etag, &stored.etag)?;
    check_origin(&origin)?;
    origin.create_time = stored.create_time;
    origin.update_time = moment.time;
    origin.etag = etag(&name, moment.version, moment.time);
    let origin = Arc::new(origin);
    Ok((vec![Write::PutOrigin(Arc::clone(&origin))], origin))
}

pub(super) fn delete_origin(id: &str, given_etag: &str, snapshot: &Snapshot) -> Change<()> {
    let name = origin_name(id);
    let stored = snapshot.origins.get(id).ok_or_else(|| Error::NotFound(name.clone()))?;
    check_etag(&name, given_etag, &stored.etag)?;
    let url_endpoints: Vec<_> = snapshot
        .url_endpoints
        .values()
        .filter(|endpoint| endpoint.origins.iter().any(|origin| origin == id))
        .map(|endpoint| url_endpoint_name(&endpoint.id))
        .collect();
    if !url_endpoints.is_empty() {
        return Err(Error::OriginInUse { origin: name, url_endpoints });
    }
    Ok((vec![Write::DropOrigin(id.to_owned())], ()))
}

pub(super) fn create_url_endpoint(
    mut endpoint: UrlEndpoint,
    snapshot: &Snapshot,
    moment: Moment,
) -> Change<Arc<UrlEndpoint>> {
    if endpoint.id.is_empty() {
        endpoint.id = new_id('u');
    }
    let name = url_endpoint_name(&endpoint.id);
    if snapshot.url_endpoints.contains_key(&endpoint.id) {
        return Err(Error::AlreadyExists(format!("{name} exists already")));
    }
    check_url_endpoint(&endpoint, snapshot)?;
    require(
        snapshot.url_endpoints.len() < URL_ENDPOINTS_MAX,
        "url_endpoint",
        &format!("there are {URL_ENDPOINTS_MAX} URL endpoints, which is the most"),
    )?;
    endpoint.create_time = moment.time;
    endpoint.update_time = moment.time;
    endpoint.etag = etag(&name, moment.version, moment.time);
    let endpoint = Arc::new(endpoint);
    Ok((vec![Write::PutUrlEndpoint(Arc::clone(&endpoint))], endpoint))
}

pub(super) fn update_url_endpoint(
    mut endpoint: UrlEndpoint,
    snapshot: &Snapshot,
    moment: Moment,
) -> Change<Arc<UrlEndpoint>> {
    let name = url_endpoint_name(&endpoint.id);
    let stored = snapshot.url_endpoints.get(&endpoint.id).ok_or_else(|| Error::NotFound(name.clone()))?;
    check_etag(&name, &endpoint.etag, &stored.etag)?;
    check_url_endpoint(&endpoint, snapshot)?;
    endpoint.create_time = stored.create_time;
    endpoint.update_time = moment.time;
    endpoint.etag = etag(&name, moment.version, moment.time);
    let endpoint = Arc::new(endpoint);
    Ok((vec![Write::PutUrlEndpoint(Arc::clone(&endpoint))], endpoint))
}

pub(super) fn delete_url_endpoint(id: &str, given_etag: &str, snapshot: &Snapshot) -> Change<()> {
    let name = url_endpoint_name(id);
    let stored = snapshot.url_endpoints.get(id).ok_or_else(|| Error::NotFound(name.clone()))?;
    if id == DEFAULT_URL_ENDPOINT {
        return Err(Error::DefaultEndpoint);
    }
    check_etag(&name, given_etag, &stored.etag)?;
    Ok((vec![Write::DropUrlEndpoint(id.to_owned())], ()))
}

pub(super) fn create_named_transformation(
    mut named: NamedTransformation,
    snapshot: &Snapshot,
    moment: Moment,
) -> Change<Arc<NamedTransformation>> {
    check_named_transformation(&named)?;
    let name = named_transformation_name(&named.name);
    if snapshot.named_transformations.contains_key(&named.name) {
        return Err(Error::AlreadyExists(format!("{name} exists already")));
    }
    require(
        snapshot.named_transformations.len() < NAMED_TRANSFORMATIONS_MAX,
        "named_transformation",
        &format!("there are {NAMED_TRANSFORMATIONS_MAX} named transformations, which is the most"),
    )?;
    named.uid = new_uid();
    named.create_time = moment.time;
    named.update_time = moment.time;
    named.etag = etag(&name, moment.version, moment.time);
    let named = Arc::new(named);
    Ok((vec![Write::PutNamedTransformation(Arc::clone(&named))], named))
}

pub(super) fn update_named_transformation(
    mut named: NamedTransformation,
    snapshot: &Snapshot,
    moment: Moment,
) -> Change<Arc<NamedTransformation>> {
    let missing = || Error::NotFound(named_transformation_name(&named.uid));
    let stored = snapshot.named_transformation(&named.uid).ok_or_else(missing)?;
    check_etag(&named_transformation_name(&stored.name), &named.etag, &stored.etag)?;
    check_named_transformation(&named)?;
    let name = named_transformation_name(&named.name);
    if snapshot.named_transformations.get(&named.name).is_some_and(|taken| taken.uid != stored.uid) {
        return Err(Error::AlreadyExists(format!("{name} exists already")));
    }
    named.create_time = stored.create_time;
    named.update_time = moment.time;
    named.etag = etag(&name, moment.version, moment.time);
    let named = Arc::new(named);
    Ok((vec![Write::PutNamedTransformation(Arc::clone(&named))], named))
}

pub(super) fn delete_named_transformation(id: &str, given_etag: &str, snapshot: &Snapshot) -> Change<()> {
    let name = named_transformation_name(id);
    let stored = snapshot.named_transformation(id).ok_or_else(|| Error::NotFound(name.clone()))?;
    check_etag(&name, given_etag, &stored.etag)?;
    Ok((vec![Write::DropNamedTransformation(stored.uid.clone())], ()))
}

pub(super) fn ensure_access_key(
    given: Option<SecretString>,
    snapshot: &Snapshot,
    moment: Moment,
) -> Change<Option<SecretString>> {
    let (private_key, made) = match given {
        Some(given) => {
            check_private_key(given.expose_secret())?;
            if snapshot.opens(given.expose_secret()) {
                return Ok((Vec::new(), None));
            }
            (given, None)
        }
        None if !snapshot.access_keys.is_empty() => return Ok((Vec::new(), None)),
        None => {
            let made = new_private_key();
            (made.clone(), Some(made))
        }
    };
    let id = new_id('k');
    let write = Write::AddAccessKey(AccessKey { id, private_key }, moment.time);
    Ok((vec![write], made))
}

fn check_private_key(key: &str) -> Result<(), Error> {
    require(
        (PRIVATE_KEY_CHARACTERS_MIN..=PRIVATE_KEY_CHARACTERS_MAX).contains(&key.len())
            && key.bytes().all(|byte| byte.is_ascii_graphic() && byte != b':'),
        "private_key",
        // A colon would end the user name of HTTP Basic.
        &format!(
            "expected {PRIVATE_KEY_CHARACTERS_MIN} to {PRIVATE_KEY_CHARACTERS_MAX} visible ASCII characters without `:`"
        ),
    )
}

fn new_private_key() -> SecretString {
    const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    // Bytes from here on would make the first characters of the alphabet likelier than the rest.
    const FAIR: u8 = 248;
    const LENGTH: usize = "private_".len() + PRIVATE_KEY_RANDOM_CHARACTERS;
    let mut key = String::with_capacity(LENGTH);
    key.push_str("private_");
    while key.len() < LENGTH {
        let [byte] = random::<1>();
        if byte < FAIR {
            key.push(char::from(ALPHABET[usize::from(byte) % ALPHABET.len()]));
        }
    }
    key.into()
}

/// What a new registry starts with.
pub(super) fn default_url_endpoint(moment: Moment) -> UrlEndpoint {
    UrlEndpoint {
        id: DEFAULT_URL_ENDPOINT.to_owned(),
        description: "Default URL endpoint".to_owned(),
        url_prefix: String::new(),
        hosts: Vec::new(),
        origins: Vec::new(),
        restrict_unsigned: false,
        restrict_unnamed: false,
        unknown_parameters: UnknownParameters::default(),
        default_image: String::new(),
        profile: Profile::default(),
        create_time: moment.time,
        update_time: moment.time,
        etag: etag(&url_endpoint_name(DEFAULT_URL_ENDPOINT), moment.version, moment.time),
    }
}

fn check_etag(name: &str, given: &str, stored: &str) -> Result<(), Error> {
    if given.is_empty() || given == stored {
        return Ok(());
    }
    Err(Error::EtagMismatch(name.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn made_keys_differ_and_are_accepted_as_given_ones() {
        let first = new_private_key();
        let second = new_private_key();
        assert_ne!(first.expose_secret(), second.expose_secret());
        assert_eq!(first.expose_secret().len(), 51);
        check_private_key(first.expose_secret()).unwrap();
    }

    #[test]
    fn weak_keys_are_refused() {
        for key in ["", "short", "with a space in the middle", "with:colon-in-the-middle", "ü-in-the-middle-of-it"] {
            check_private_key(key).unwrap_err();
        }
    }
}
