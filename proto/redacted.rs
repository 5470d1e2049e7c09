//! `Debug` of the messages that hold secrets: whether a secret is there, never what it is.
//!
//! Each destructures without `..`, so that a field which is added has to be decided upon.

use crate::v1::{AccessKey, AzureBlobLocation, GcsLocation, S3CompatibleLocation, S3Location};
use std::fmt;

struct Secret<'a>(&'a str);

impl fmt::Debug for Secret<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_empty() { "absent" } else { "redacted" })
    }
}

impl fmt::Debug for GcsLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            bucket,
            prefix,
            client_email,
            private_key,
            service_account_key,
            endpoint,
            private_key_id,
            private_key_set,
        } = self;
        f.debug_struct("GcsLocation")
            .field("bucket", bucket)
            .field("prefix", prefix)
            .field("client_email", client_email)
            .field("private_key", &Secret(private_key))
            .field("service_account_key", &Secret(service_account_key))
            .field("endpoint", endpoint)
            .field("private_key_id", private_key_id)
            .field("private_key_set", private_key_set)
            .finish()
    }
}

impl fmt::Debug for AzureBlobLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { account, container, prefix, sas_token, endpoint, sas_token_set, sas_expire_time, sas_permissions } =
            self;
        f.debug_struct("AzureBlobLocation")
            .field("account", account)
            .field("container", container)
            .field("prefix", prefix)
            .field("sas_token", &Secret(sas_token))
            .field("endpoint", endpoint)
            .field("sas_token_set", sas_token_set)
            .field("sas_expire_time", sas_expire_time)
            .field("sas_permissions", sas_permissions)
            .finish()
    }
}

impl fmt::Debug for S3Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { bucket, prefix, region, access_key, secret_key, use_iam_role, endpoint, keys_set } = self;
        f.debug_struct("S3Location")
            .field("bucket", bucket)
            .field("prefix", prefix)
            .field("region", region)
            .field("access_key", &Secret(access_key))
            .field("secret_key", &Secret(secret_key))
            .field("use_iam_role", use_iam_role)
            .field("endpoint", endpoint)
            .field("keys_set", keys_set)
            .finish()
    }
}

impl fmt::Debug for S3CompatibleLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { bucket, prefix, endpoint, region, access_key, secret_key, force_path_style, keys_set } = self;
        f.debug_struct("S3CompatibleLocation")
            .field("bucket", bucket)
            .field("prefix", prefix)
            .field("endpoint", endpoint)
            .field("region", region)
            .field("access_key", &Secret(access_key))
            .field("secret_key", &Secret(secret_key))
            .field("force_path_style", force_path_style)
            .field("keys_set", keys_set)
            .finish()
    }
}

impl fmt::Debug for AccessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, display_name, private_key, create_time } = self;
        f.debug_struct("AccessKey")
            .field("name", name)
            .field("display_name", display_name)
            .field("private_key", &Secret(private_key))
            .field("create_time", create_time)
            .finish()
    }
}
