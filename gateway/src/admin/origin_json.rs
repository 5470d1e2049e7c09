//! An origin in ImageKit's JSON ⇄ an origin of the API.

mod input;

pub(crate) use input::{Kind, Secrets, read};

use darkroom_api::v1::{
    AzureBlobLocation, FolderLocation, GcsLocation, Origin, S3CompatibleLocation, S3Location, WebFolderLocation,
    WebProxyLocation, origin::Location,
};
use serde::Serialize;

/// An origin as it is answered: no secret is part of it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OriginJson {
    #[serde(skip_serializing_if = "String::is_empty")]
    id: String,
    name: String,
    #[serde(flatten)]
    location: LocationJson,
    include_canonical_header: bool,
    #[serde(skip_serializing_if = "String::is_empty")]
    base_url_for_canonical_header: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<String>,
}

#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "SCREAMING_SNAKE_CASE", rename_all_fields = "camelCase")]
enum LocationJson {
    Gcs {
        bucket: String,
        prefix: String,
        client_email: String,
        #[serde(skip_serializing_if = "String::is_empty")]
        endpoint: String,
    },
    AzureBlob {
        account_name: String,
        container: String,
        prefix: String,
        #[serde(skip_serializing_if = "String::is_empty")]
        endpoint: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        sas_expires_at: Option<String>,
        #[serde(skip_serializing_if = "String::is_empty")]
        sas_permissions: String,
    },
    S3 {
        bucket: String,
        prefix: String,
        #[serde(skip_serializing_if = "String::is_empty")]
        region: String,
        #[serde(rename = "useIAMRole")]
        use_iam_role: bool,
        #[serde(skip_serializing_if = "String::is_empty")]
        endpoint: String,
    },
    S3Compatible {
        bucket: String,
        prefix: String,
        endpoint: String,
        #[serde(skip_serializing_if = "String::is_empty")]
        region: String,
        s3_force_path_style: bool,
    },
    WebFolder {
        base_url: String,
        forward_host_header_to_origin: bool,
    },
    WebProxy {
        allowed_hosts: Vec<String>,
    },
    Folder {
        path: String,
    },
}

impl OriginJson {
    /// `None` where the origin has no location: the server broke the contract.
    pub(crate) fn of(origin: Origin) -> Option<Self> {
        let Origin {
            name,
            display_name,
            location,
            include_canonical_header,
            canonical_base_url,
            create_time: _,
            update_time: _,
            etag: _,
            warnings,
        } = origin;
        Some(Self {
            id: name.trim_start_matches("origins/").to_owned(),
            name: display_name,
            location: LocationJson::of(location?),
            include_canonical_header,
            base_url_for_canonical_header: canonical_base_url,
            warnings,
        })
    }
}

impl LocationJson {
    fn of(location: Location) -> Self {
        match location {
            Location::Gcs(GcsLocation {
                bucket,
                prefix,
                client_email,
                private_key: _,
                service_account_key: _,
                endpoint,
                private_key_id: _,
                private_key_set: _,
            }) => Self::Gcs { bucket, prefix, client_email, endpoint },
            Location::AzureBlob(AzureBlobLocation {
                account,
                container,
                prefix,
                sas_token: _,
                endpoint,
                sas_token_set: _,
                sas_expire_time,
                sas_permissions,
            }) => Self::AzureBlob {
                account_name: account,
                container,
                prefix,
                endpoint,
                sas_expires_at: sas_expire_time.map(|time| time.to_string()),
                sas_permissions,
            },
            Location::S3(S3Location {
                bucket,
                prefix,
                region,
                access_key: _,
                secret_key: _,
                use_iam_role,
                endpoint,
                keys_set: _,
            }) => Self::S3 { bucket, prefix, region, use_iam_role, endpoint },
            Location::S3Compatible(S3CompatibleLocation {
                bucket,
                prefix,
                endpoint,
                region,
                access_key: _,
                secret_key: _,
                force_path_style,
                keys_set: _,
            }) => Self::S3Compatible { bucket, prefix, endpoint, region, s3_force_path_style: force_path_style },
            Location::WebFolder(WebFolderLocation { base_url, forward_host_header }) => {
                Self::WebFolder { base_url, forward_host_header_to_origin: forward_host_header }
            }
            Location::WebProxy(WebProxyLocation { allowed_hosts }) => Self::WebProxy { allowed_hosts },
            Location::Folder(FolderLocation { path }) => Self::Folder { path },
        }
    }
}
