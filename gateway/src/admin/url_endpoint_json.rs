//! A URL endpoint in ImageKit's JSON ⇄ a URL endpoint of the API.

use super::{call::is_id, fields::Fields, reply::Refusal};
use darkroom_api::v1::{Profile, UnknownParameters, UrlEndpoint};
use prost_types::FieldMask;
use serde::Serialize;

/// Characters of a description.
const DESCRIPTION_CHARS_MAX: usize = 1000;
/// Characters of a prefix.
const PREFIX_CHARS_MAX: usize = 100;
/// Origins of a URL endpoint.
const ORIGINS_MAX: usize = 10;
/// Host names of a URL endpoint.
const HOSTS_MAX: usize = 50;
/// Characters of the path of an image.
const PATH_CHARS_MAX: usize = 2048;

/// The id of the endpoint that is always there.
pub(crate) const DEFAULT_ID: &str = "default";

const PREFIX_RESERVED: &str =
    "urlPrefix cannot be empty string. This is reserved for the default URL-endpoint created by ImageKit.";

/// A URL endpoint as it is answered.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UrlEndpointJson {
    #[serde(skip_serializing_if = "String::is_empty")]
    id: String,
    description: String,
    url_prefix: String,
    origins: Vec<String>,
    hosts: Vec<String>,
    restrict_unsigned: bool,
    restrict_unnamed: bool,
    unknown_parameters: &'static str,
    #[serde(skip_serializing_if = "String::is_empty")]
    default_image: String,
    profile: &'static str,
}

impl From<UrlEndpoint> for UrlEndpointJson {
    fn from(url_endpoint: UrlEndpoint) -> Self {
        let (unknown_parameters, profile) = (url_endpoint.unknown_parameters(), url_endpoint.profile());
        let UrlEndpoint {
            name,
            description,
            url_prefix,
            hosts,
            origins,
            restrict_unsigned,
            restrict_unnamed,
            unknown_parameters: _,
            default_image,
            profile: _,
            create_time: _,
            update_time: _,
            etag: _,
        } = url_endpoint;
        Self {
            id: name.trim_start_matches("urlEndpoints/").to_owned(),
            description,
            url_prefix,
            origins: origins.into_iter().map(|name| name.trim_start_matches("origins/").to_owned()).collect(),
            hosts,
            restrict_unsigned,
            restrict_unnamed,
            unknown_parameters: match unknown_parameters {
                UnknownParameters::Unspecified | UnknownParameters::Reject => "REJECT",
                UnknownParameters::Ignore => "IGNORE",
            },
            default_image,
            profile: match profile {
                Profile::Unspecified | Profile::Default => "DEFAULT",
                Profile::Speed => "SPEED",
            },
        }
    }
}

/// Reads the endpoint of this id, or a new one.
pub(crate) fn read(mut fields: Fields, id: Option<&str>) -> Result<UrlEndpoint, Refusal> {
    let description = match fields.optional_text("description", DESCRIPTION_CHARS_MAX)? {
        Some(description) if !description.is_empty() => description,
        _ => return Err(Refusal::invalid("description is required")),
    };
    let url_prefix = fields.text_or_empty("urlPrefix", PREFIX_CHARS_MAX)?;
    if !url_prefix.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        return Err(Refusal::invalid("urlPrefix must have letters, digits and hyphens only"));
    }
    let hosts = fields.texts("hosts", HOSTS_MAX)?.unwrap_or_default();
    match id {
        Some(DEFAULT_ID) if !url_prefix.is_empty() => {
            return Err(Refusal::invalid("urlPrefix of the default URL-endpoint must be empty"));
        }
        // One that is found by its host names alone needs no prefix.
        Some(DEFAULT_ID) => {}
        _ if url_prefix.is_empty() && hosts.is_empty() => {
            return Err(Refusal::invalid(PREFIX_RESERVED));
        }
        _ => {}
    }
    let origins = origins(&mut fields)?;
    let restrict_unsigned = fields.flag("restrictUnsigned")?;
    let restrict_unnamed = fields.flag("restrictUnnamed")?;
    let words = [("REJECT", UnknownParameters::Reject), ("IGNORE", UnknownParameters::Ignore)];
    let unknown_parameters = word(&mut fields, "unknownParameters", words)?;
    let default_image = fields.text_or_empty("defaultImage", PATH_CHARS_MAX)?;
    let profile = word(&mut fields, "profile", [("DEFAULT", Profile::Default), ("SPEED", Profile::Speed)])?;
    if fields.take("urlRewriter").is_some() {
        return Err(Refusal::invalid("urlRewriter is not supported."));
    }
    fields.finish()?;
    Ok(UrlEndpoint {
        name: id.map(|id| format!("urlEndpoints/{id}")).unwrap_or_default(),
        description,
        url_prefix,
        hosts,
        origins,
        restrict_unsigned,
        restrict_unnamed,
        unknown_parameters: unknown_parameters.into(),
        default_image,
        profile: profile.into(),
        create_time: None,
        update_time: None,
        etag: String::new(),
    })
}

/// Names what a full replacement changes. The prefix of the default endpoint is not to be changed.
pub(crate) fn update_mask(id: &str) -> FieldMask {
    let paths = [
        "description",
        "hosts",
        "origins",
        "restrict_unsigned",
        "restrict_unnamed",
        "unknown_parameters",
        "default_image",
        "profile",
    ];
    let prefix = (id != DEFAULT_ID).then_some("url_prefix");
    FieldMask { paths: paths.into_iter().chain(prefix).map(str::to_owned).collect() }
}

fn origins(fields: &mut Fields) -> Result<Vec<String>, Refusal> {
    let ids = fields.texts("origins", ORIGINS_MAX)?.unwrap_or_default();
    if !ids.iter().all(|id| is_id(id)) {
        return Err(Refusal::invalid(super::url_endpoints::NO_SUCH_ORIGIN));
    }
    Ok(ids.into_iter().map(|id| format!("origins/{id}")).collect())
}

// One of two words; the first where it is absent.
fn word<T: Copy>(fields: &mut Fields, name: &str, words: [(&'static str, T); 2]) -> Result<T, Refusal> {
    let [(default, default_value), (other, other_value)] = words;
    match fields.optional_text(name, PREFIX_CHARS_MAX)?.as_deref() {
        None => Ok(default_value),
        Some(word) if word == default => Ok(default_value),
        Some(word) if word == other => Ok(other_value),
        Some(_) => Err(Refusal::invalid(format!("{name} must be one of {default}, {other}"))),
    }
}
