//! Origins as messages and back. Secrets go in and never come out.
//!
//! Both directions take messages and locations apart without `..`: a field that is added has to be decided upon.

use crate::{
    origin::{CheckStep, Invalid, Location, Origin, azure_blob, folder, gcs, s3, web_folder, web_proxy},
    secret::{ExposeSecret, SecretString},
};
use darkroom_api::v1::{self, origin::Location as Arm};
use jiff::Timestamp;
use url::Url;

/// Characters of a display name.
const DISPLAY_NAME_CHARS_MAX: usize = 100;
/// Bytes of a canonical base URL.
const CANONICAL_URL_BYTES_MAX: usize = 2048;

/// What may be told of an origin at `now`.
pub(super) fn from_origin(origin: &Origin, now: Timestamp) -> v1::Origin {
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
    v1::Origin {
        // One that was only validated has no id yet.
        name: if id.is_empty() { String::new() } else { format!("origins/{id}") },
        display_name: display_name.clone(),
        location: Some(from_location(location)),
        include_canonical_header: *include_canonical_header,
        canonical_base_url: canonical_base_url.clone(),
        create_time: Some(timestamp(*create_time)),
        update_time: Some(timestamp(*update_time)),
        etag: etag.clone(),
        warnings: match location {
            Location::AzureBlob(location) => location.warnings(now),
            _ => Vec::new(),
        },
    }
}

fn from_location(location: &Location) -> Arm {
    match location {
        Location::Gcs(gcs::Location { bucket, prefix, client_email, private_key_id, endpoint, private_key }) => {
            Arm::Gcs(v1::GcsLocation {
                bucket: bucket.clone(),
                prefix: prefix.clone(),
                client_email: client_email.clone(),
                private_key: String::new(),
                service_account_key: String::new(),
                endpoint: endpoint.clone(),
                private_key_id: private_key_id.clone(),
                private_key_set: is_set(private_key),
            })
        }
        Location::AzureBlob(azure) => {
            let azure_blob::Location { account, container, prefix, endpoint, sas_token } = azure;
            Arm::AzureBlob(v1::AzureBlobLocation {
                account: account.clone(),
                container: container.clone(),
                prefix: prefix.clone(),
                sas_token: String::new(),
                endpoint: endpoint.clone(),
                sas_token_set: is_set(sas_token),
                sas_expire_time: azure.sas_expire_time().map(timestamp),
                sas_permissions: azure.sas_permissions(),
            })
        }
        Location::S3(s3::Location { bucket, prefix, region, use_iam_role, endpoint, access_key, secret_key }) => {
            Arm::S3(v1::S3Location {
                bucket: bucket.clone(),
                prefix: prefix.clone(),
                region: region.clone(),
                access_key: String::new(),
                secret_key: String::new(),
                use_iam_role: *use_iam_role,
                endpoint: endpoint.clone(),
                keys_set: is_set(access_key) && is_set(secret_key),
            })
        }
        Location::S3Compatible(compatible) => {
            let s3::CompatibleLocation { bucket, prefix, endpoint, region, force_path_style, access_key, secret_key } =
                compatible;
            Arm::S3Compatible(v1::S3CompatibleLocation {
                bucket: bucket.clone(),
                prefix: prefix.clone(),
                endpoint: endpoint.clone(),
                region: region.clone(),
                access_key: String::new(),
                secret_key: String::new(),
                force_path_style: *force_path_style,
                keys_set: is_set(access_key) && is_set(secret_key),
            })
        }
        Location::WebFolder(web_folder::Location { base_url, forward_host_header }) => {
            Arm::WebFolder(v1::WebFolderLocation {
                base_url: base_url.clone(),
                forward_host_header: *forward_host_header,
            })
        }
        Location::WebProxy(web_proxy::Location { allowed_hosts }) => {
            Arm::WebProxy(v1::WebProxyLocation { allowed_hosts: allowed_hosts.clone() })
        }
        Location::Folder(folder::Location { path }) => Arm::Folder(v1::FolderLocation { path: path.clone() }),
    }
}

/// An origin as it was sent; secrets that were not sent are those of `stored`, if it is of the same kind.
pub(super) fn to_origin(message: v1::Origin, stored: Option<&Origin>) -> Result<Origin, Invalid> {
    let v1::Origin {
        name: _,
        display_name,
        location,
        include_canonical_header,
        canonical_base_url,
        create_time: _,
        update_time: _,
        etag,
        warnings: _,
    } = message;
    check_display_name(&display_name)?;
    let location = location.ok_or_else(|| {
        Invalid::new("location", "expected one of gcs, azure_blob, s3, s3_compatible, web_folder, web_proxy, folder")
    })?;
    Ok(Origin {
        id: stored.map(|stored| stored.id.clone()).unwrap_or_default(),
        display_name,
        location: to_location(location, stored.map(|stored| &stored.location))?,
        include_canonical_header,
        canonical_base_url: to_canonical_base_url(&canonical_base_url)?,
        create_time: stored.map_or(Timestamp::UNIX_EPOCH, |stored| stored.create_time),
        update_time: stored.map_or(Timestamp::UNIX_EPOCH, |stored| stored.update_time),
        etag,
    })
}

fn to_location(arm: Arm, stored: Option<&Location>) -> Result<Location, Invalid> {
    Ok(match arm {
        Arm::Gcs(message) => Location::Gcs(to_gcs(message, stored)?),
        Arm::AzureBlob(message) => Location::AzureBlob(to_azure_blob(message, stored)?),
        Arm::S3(message) => Location::S3(to_s3(message, stored)),
        Arm::S3Compatible(message) => Location::S3Compatible(to_s3_compatible(message, stored)),
        Arm::WebFolder(v1::WebFolderLocation { base_url, forward_host_header }) => {
            Location::WebFolder(web_folder::Location { base_url, forward_host_header })
        }
        Arm::WebProxy(v1::WebProxyLocation { allowed_hosts }) => {
            Location::WebProxy(web_proxy::Location { allowed_hosts })
        }
        Arm::Folder(v1::FolderLocation { path }) => Location::Folder(folder::Location { path }),
    })
}

fn to_gcs(message: v1::GcsLocation, stored: Option<&Location>) -> Result<gcs::Location, Invalid> {
    let v1::GcsLocation {
        bucket,
        prefix,
        client_email,
        private_key,
        service_account_key,
        endpoint,
        private_key_id,
        private_key_set: _,
    } = message;
    let (private_key, service_account_key) = (SecretString::from(private_key), SecretString::from(service_account_key));
    let location = gcs::Location { bucket, prefix, client_email, private_key_id, endpoint, private_key };
    if is_set(&service_account_key) {
        if is_set(&location.private_key) {
            return Err(Invalid::new("gcs.private_key", "give either `service_account_key` or `private_key`"));
        }
        let key = gcs::ServiceAccountKey::parse(service_account_key.expose_secret())?;
        let gcs::ServiceAccountKey { client_email, private_key_id, private_key } = key;
        return Ok(gcs::Location { client_email, private_key_id, private_key, ..location });
    }
    match stored {
        Some(Location::Gcs(stored)) if !is_set(&location.private_key) => {
            if stored.endpoint != location.endpoint {
                return Err(give_again("gcs.private_key", "endpoint"));
            }
            Ok(gcs::Location { private_key: stored.private_key.clone(), ..location })
        }
        _ => Ok(location),
    }
}

fn to_azure_blob(message: v1::AzureBlobLocation, stored: Option<&Location>) -> Result<azure_blob::Location, Invalid> {
    let v1::AzureBlobLocation {
        account,
        container,
        prefix,
        sas_token,
        endpoint,
        sas_token_set: _,
        sas_expire_time: _,
        sas_permissions: _,
    } = message;
    let location = azure_blob::Location { account, container, prefix, endpoint, sas_token: sas_token.into() };
    match stored {
        Some(Location::AzureBlob(stored)) if !is_set(&location.sas_token) => {
            if (&stored.endpoint, &stored.account) != (&location.endpoint, &location.account) {
                return Err(give_again("azure_blob.sas_token", "account or the endpoint"));
            }
            Ok(azure_blob::Location { sas_token: stored.sas_token.clone(), ..location })
        }
        _ => Ok(location),
    }
}

fn to_s3(message: v1::S3Location, stored: Option<&Location>) -> s3::Location {
    let v1::S3Location { bucket, prefix, region, access_key, secret_key, use_iam_role, endpoint, keys_set: _ } =
        message;
    let (access_key, secret_key) = match stored {
        // A role needs no keys, and what is not needed is not kept.
        _ if use_iam_role => (SecretString::default(), SecretString::default()),
        Some(Location::S3(stored)) => {
            (given_or(access_key, &stored.access_key), given_or(secret_key, &stored.secret_key))
        }
        _ => (access_key.into(), secret_key.into()),
    };
    s3::Location { bucket, prefix, region, use_iam_role, endpoint, access_key, secret_key }
}

fn to_s3_compatible(message: v1::S3CompatibleLocation, stored: Option<&Location>) -> s3::CompatibleLocation {
    let v1::S3CompatibleLocation {
        bucket,
        prefix,
        endpoint,
        region,
        access_key,
        secret_key,
        force_path_style,
        keys_set: _,
    } = message;
    let (access_key, secret_key) = match stored {
        Some(Location::S3Compatible(stored)) => {
            (given_or(access_key, &stored.access_key), given_or(secret_key, &stored.secret_key))
        }
        _ => (access_key.into(), secret_key.into()),
    };
    s3::CompatibleLocation { bucket, prefix, endpoint, region, force_path_style, access_key, secret_key }
}

/// A bearer or a SAS token opens the bucket for whoever receives it, so that a new receiver needs it given anew:
/// otherwise moving an endpoint would bring a stored secret out.
fn give_again(field: &str, what: &str) -> Invalid {
    Invalid::new(field, format!("the {what} changes: give the secret again"))
}

/// S3's keys only sign, so that nobody learns them from a request.
fn given_or(given: String, stored: &SecretString) -> SecretString {
    if given.is_empty() { stored.clone() } else { given.into() }
}

fn is_set(secret: &SecretString) -> bool {
    !secret.expose_secret().is_empty()
}

fn check_display_name(text: &str) -> Result<(), Invalid> {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b' ';
    if (1..=DISPLAY_NAME_CHARS_MAX).contains(&text.len()) && text.bytes().all(is_allowed) {
        return Ok(());
    }
    Err(Invalid::new("display_name", format!("expected 1 to {DISPLAY_NAME_CHARS_MAX} letters, digits and spaces")))
}

fn to_canonical_base_url(text: &str) -> Result<String, Invalid> {
    let text = text.trim_end_matches('/');
    if text.is_empty() {
        return Ok(String::new());
    }
    match Url::parse(text) {
        Ok(url)
            if matches!(url.scheme(), "http" | "https")
                && text.len() <= CANONICAL_URL_BYTES_MAX
                && url.username().is_empty()
                && url.password().is_none()
                && url.query().is_none()
                && url.fragment().is_none() =>
        {
            Ok(url.as_str().trim_end_matches('/').to_owned())
        }
        _ => Err(Invalid::new(
            "canonical_base_url",
            "expected the beginning of URLs, such as `https://example.com/images`",
        )),
    }
}

/// One step of a check.
pub(super) fn from_step(step: CheckStep) -> v1::CheckStep {
    let CheckStep { step, passed, message, duration } = step;
    v1::CheckStep { step: step.to_owned(), passed, message, duration: duration.try_into().ok() }
}

fn timestamp(time: Timestamp) -> prost_types::Timestamp {
    let nanos = time.subsec_nanosecond();
    // Before 1970 jiff counts the fraction backwards, the message never does.
    let borrow = i64::from(nanos < 0);
    prost_types::Timestamp {
        seconds: time.as_second() - borrow,
        nanos: if nanos < 0 { nanos + 1_000_000_000 } else { nanos },
    }
}

#[cfg(test)]
#[path = "message_tests.rs"]
mod tests;
