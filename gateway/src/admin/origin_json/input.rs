//! An origin in a request: JSON to message, with ImageKit's words for what is wrong.

use crate::admin::{fields::Fields, reply::Refusal};
use darkroom_api::v1::{
    AzureBlobLocation, FolderLocation, GcsLocation, Origin, S3CompatibleLocation, S3Location, WebFolderLocation,
    WebProxyLocation, origin::Location,
};
use prost_types::FieldMask;
use serde_json::Value;

/// Characters of names, buckets, prefixes, and access keys of object stores.
const NAME_CHARS_MAX: usize = 100;
/// Characters of a region.
const REGION_CHARS_MAX: usize = 64;
/// Characters of a private key, a SAS token or a service account key.
const SECRET_CHARS_MAX: usize = 16 * 1024;
/// Characters of a folder's path.
const FOLDER_CHARS_MAX: usize = 4096;
/// Hosts that a web proxy may be allowed.
const HOSTS_MAX: usize = 100;

/// Kinds of origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Gcs,
    AzureBlob,
    S3,
    S3Compatible,
    WebFolder,
    WebProxy,
    Folder,
}

/// Whether the secrets of an origin have to be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Secrets {
    /// Nothing is stored.
    Required,
    /// What is not given stays as it is stored.
    Kept,
}

/// An origin out of a request, and the fields of its location that the request replaces.
pub(crate) struct Parsed {
    pub(crate) origin: Origin,
    kind: Kind,
    location_fields: Vec<&'static str>,
}

impl Kind {
    /// Takes `type`.
    pub(crate) fn take(fields: &mut Fields) -> Result<Self, Refusal> {
        let kind = fields.take("type");
        match kind.as_ref().and_then(Value::as_str).unwrap_or_default() {
            "GCS" => Ok(Self::Gcs),
            "AZURE_BLOB" => Ok(Self::AzureBlob),
            "S3" => Ok(Self::S3),
            "S3_COMPATIBLE" => Ok(Self::S3Compatible),
            "WEB_FOLDER" => Ok(Self::WebFolder),
            "WEB_PROXY" => Ok(Self::WebProxy),
            "FOLDER" => Ok(Self::Folder),
            "CLOUDINARY_BACKUP" => Err(Refusal::invalid("Origin type CLOUDINARY_BACKUP is not supported.")),
            "AKENEO_PIM" => Err(Refusal::invalid("Origin type AKENEO_PIM is not supported.")),
            _ => Err(Refusal::invalid(
                "Invalid origin type. Must be one of S3, S3_COMPATIBLE, CLOUDINARY_BACKUP, WEB_FOLDER, WEB_PROXY, \
                 GCS, AZURE_BLOB, AKENEO_PIM.",
            )
            .with_help("FOLDER is taken too, CLOUDINARY_BACKUP and AKENEO_PIM are not; see docs/origins.md.")),
        }
    }

    /// Of a stored origin.
    pub(crate) fn of(location: &Location) -> Self {
        match location {
            Location::Gcs(_) => Self::Gcs,
            Location::AzureBlob(_) => Self::AzureBlob,
            Location::S3(_) => Self::S3,
            Location::S3Compatible(_) => Self::S3Compatible,
            Location::WebFolder(_) => Self::WebFolder,
            Location::WebProxy(_) => Self::WebProxy,
            Location::Folder(_) => Self::Folder,
        }
    }

    // The field of `Origin` that holds it.
    const fn field(self) -> &'static str {
        match self {
            Self::Gcs => "gcs",
            Self::AzureBlob => "azure_blob",
            Self::S3 => "s3",
            Self::S3Compatible => "s3_compatible",
            Self::WebFolder => "web_folder",
            Self::WebProxy => "web_proxy",
            Self::Folder => "folder",
        }
    }
}

impl Parsed {
    /// Names what a full replacement of a stored origin changes: all but the secrets that were not given. An
    /// origin of another kind is replaced as a whole.
    pub(crate) fn update_mask(&self, stored: Option<Kind>) -> FieldMask {
        let kind = self.kind.field();
        let common = ["display_name", "include_canonical_header", "canonical_base_url"].map(str::to_owned);
        let location = if stored == Some(self.kind) {
            self.location_fields.iter().map(|field| format!("{kind}.{field}")).collect()
        } else {
            vec![kind.to_owned()]
        };
        FieldMask { paths: common.into_iter().chain(location).collect() }
    }
}

/// Reads an origin of this kind.
pub(crate) fn read(kind: Kind, mut fields: Fields, secrets: Secrets) -> Result<Parsed, Refusal> {
    let display_name = fields.required_text("name", NAME_CHARS_MAX)?;
    if !display_name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b' ') {
        return Err(Refusal::invalid("name must have letters, digits and spaces only"));
    }
    let (location, location_fields) = match kind {
        Kind::Gcs => gcs(&mut fields, secrets)?,
        Kind::AzureBlob => azure_blob(&mut fields, secrets)?,
        Kind::S3 => s3(&mut fields, secrets)?,
        Kind::S3Compatible => s3_compatible(&mut fields, secrets)?,
        Kind::WebFolder => web_folder(&mut fields)?,
        Kind::WebProxy => web_proxy(&mut fields)?,
        Kind::Folder => {
            let path = fields.required_text("path", FOLDER_CHARS_MAX)?;
            (Location::Folder(FolderLocation { path }), vec!["path"])
        }
    };
    let include_canonical_header = fields.flag("includeCanonicalHeader")?;
    let canonical_base_url = fields.url_or_empty("baseUrlForCanonicalHeader")?;
    fields.finish()?;
    let origin = Origin {
        display_name,
        location: Some(location),
        include_canonical_header,
        canonical_base_url,
        ..Origin::default()
    };
    Ok(Parsed { origin, kind, location_fields })
}

type Read = Result<(Location, Vec<&'static str>), Refusal>;

fn gcs(fields: &mut Fields, secrets: Secrets) -> Read {
    let bucket = fields.required_text("bucket", NAME_CHARS_MAX)?;
    let prefix = fields.text_or_empty("prefix", NAME_CHARS_MAX)?;
    let endpoint = fields.url_or_empty("endpoint")?;
    let mut replaced = vec!["bucket", "prefix", "endpoint"];
    let service_account_key = service_account_key(fields)?;
    let private_key_id = fields.text_or_empty("privateKeyId", NAME_CHARS_MAX)?;
    let (client_email, private_key) = if service_account_key.is_some() {
        replaced.push("service_account_key");
        let email = fields.text_or_empty("clientEmail", NAME_CHARS_MAX * 4)?;
        if fields.take("privateKey").is_some() {
            return Err(Refusal::invalid("Give either serviceAccountKey, or clientEmail and privateKey"));
        }
        (email, None)
    } else {
        replaced.push("client_email");
        let email = fields.required_text("clientEmail", NAME_CHARS_MAX * 4)?;
        let key = secret(fields, "privateKey", SECRET_CHARS_MAX, secrets)?;
        if key.is_some() {
            // The id belonged to the key that is replaced.
            replaced.extend(["private_key", "private_key_id"]);
        }
        (email, key)
    };
    if !client_email.is_empty() && !client_email.contains('@') {
        return Err(Refusal::invalid("clientEmail must be a valid email"));
    }
    let location = GcsLocation {
        bucket,
        prefix,
        client_email,
        private_key: private_key.unwrap_or_default(),
        service_account_key: service_account_key.unwrap_or_default(),
        endpoint,
        private_key_id,
        private_key_set: false,
    };
    Ok((Location::Gcs(location), replaced))
}

// The key file as it was downloaded, as text or as the object that it is.
fn service_account_key(fields: &mut Fields) -> Result<Option<String>, Refusal> {
    let key = match fields.take("serviceAccountKey") {
        None => return Ok(None),
        Some(Value::String(text)) => text,
        Some(object @ Value::Object(_)) => object.to_string(),
        Some(_) => String::new(),
    };
    if key.is_empty() || key.chars().count() > SECRET_CHARS_MAX {
        return Err(Refusal::invalid("serviceAccountKey must be the key file, as a string or an object"));
    }
    Ok(Some(key))
}

fn azure_blob(fields: &mut Fields, secrets: Secrets) -> Read {
    let account = fields.required_text("accountName", NAME_CHARS_MAX)?;
    let container = fields.required_text("container", NAME_CHARS_MAX)?;
    let prefix = fields.text_or_empty("prefix", NAME_CHARS_MAX)?;
    let endpoint = fields.url_or_empty("endpoint")?;
    let mut replaced = vec!["account", "container", "prefix", "endpoint"];
    let sas_token = secret(fields, "sasToken", SECRET_CHARS_MAX, secrets)?;
    replaced.extend(sas_token.is_some().then_some("sas_token"));
    let location = AzureBlobLocation {
        account,
        container,
        prefix,
        sas_token: sas_token.unwrap_or_default(),
        endpoint,
        sas_token_set: false,
        sas_expire_time: None,
        sas_permissions: String::new(),
    };
    Ok((Location::AzureBlob(location), replaced))
}

fn s3(fields: &mut Fields, secrets: Secrets) -> Read {
    let bucket = fields.required_text("bucket", NAME_CHARS_MAX)?;
    let prefix = fields.text_or_empty("prefix", NAME_CHARS_MAX)?;
    let region = fields.text_or_empty("region", REGION_CHARS_MAX)?;
    let use_iam_role = fields.flag("useIAMRole")?;
    let endpoint = fields.url_or_empty("endpoint")?;
    let mut replaced = vec!["bucket", "prefix", "region", "use_iam_role", "endpoint"];
    // With a role, ImageKit's callers send empty keys.
    let (access_key, secret_key) = if use_iam_role {
        replaced.extend(["access_key", "secret_key"]);
        let access_key = fields.text_or_empty("accessKey", NAME_CHARS_MAX)?;
        (access_key, fields.text_or_empty("secretKey", NAME_CHARS_MAX)?)
    } else {
        let keys = keys(fields, secrets)?;
        replaced.extend(keys.is_some().then_some(["access_key", "secret_key"]).into_iter().flatten());
        keys.unwrap_or_default()
    };
    let location =
        S3Location { bucket, prefix, region, access_key, secret_key, use_iam_role, endpoint, keys_set: false };
    Ok((Location::S3(location), replaced))
}

fn s3_compatible(fields: &mut Fields, secrets: Secrets) -> Read {
    let bucket = fields.required_text("bucket", NAME_CHARS_MAX)?;
    let prefix = fields.text_or_empty("prefix", NAME_CHARS_MAX)?;
    let endpoint = fields.required_url("endpoint")?;
    let region = fields.text_or_empty("region", REGION_CHARS_MAX)?;
    let force_path_style = fields.flag("s3ForcePathStyle")?;
    let mut replaced = vec!["bucket", "prefix", "endpoint", "region", "force_path_style"];
    let keys = keys(fields, secrets)?;
    replaced.extend(keys.is_some().then_some(["access_key", "secret_key"]).into_iter().flatten());
    let (access_key, secret_key) = keys.unwrap_or_default();
    let location = S3CompatibleLocation {
        bucket,
        prefix,
        endpoint,
        region,
        access_key,
        secret_key,
        force_path_style,
        keys_set: false,
    };
    Ok((Location::S3Compatible(location), replaced))
}

fn web_folder(fields: &mut Fields) -> Read {
    let base_url = fields.required_url("baseUrl")?;
    let forward_host_header = fields.flag("forwardHostHeaderToOrigin")?;
    let location = WebFolderLocation { base_url, forward_host_header };
    Ok((Location::WebFolder(location), vec!["base_url", "forward_host_header"]))
}

fn web_proxy(fields: &mut Fields) -> Read {
    let allowed_hosts = fields.texts("allowedHosts", HOSTS_MAX)?.unwrap_or_default();
    if allowed_hosts.is_empty() {
        return Err(Refusal::invalid("allowedHosts is required and must be an array of host names")
            .with_help("Without it anybody could make Darkroom fetch anything; see docs/origins.md."));
    }
    Ok((Location::WebProxy(WebProxyLocation { allowed_hosts }), vec!["allowed_hosts"]))
}

// An access key and its secret are one credential: neither is replaced without the other.
fn keys(fields: &mut Fields, secrets: Secrets) -> Result<Option<(String, String)>, Refusal> {
    let access_key = secret(fields, "accessKey", NAME_CHARS_MAX, secrets)?;
    let secret_key = secret(fields, "secretKey", NAME_CHARS_MAX, secrets)?;
    match (access_key, secret_key) {
        (Some(access_key), Some(secret_key)) => Ok(Some((access_key, secret_key))),
        (None, None) => Ok(None),
        _ => Err(Refusal::invalid("accessKey and secretKey must be given together")),
    }
}

fn secret(fields: &mut Fields, name: &str, chars_max: usize, secrets: Secrets) -> Result<Option<String>, Refusal> {
    match secrets {
        Secrets::Required => fields.required_text(name, chars_max).map(Some),
        Secrets::Kept => fields.optional_text(name, chars_max).map(|text| text.filter(|text| !text.is_empty())),
    }
}
