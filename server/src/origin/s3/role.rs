//! The role that Darkroom runs under, as the platform tells it.
//!
//! The platform speaks through the environment, so this is the one place besides `main` that reads it: these
//! variables and no others, since the rest of AWS' own could point an origin elsewhere.

use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};

/// What ECS, EKS pod identity and service accounts with a role set.
const VARIABLES: [(&str, AmazonS3ConfigKey); 6] = [
    ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", AmazonS3ConfigKey::ContainerCredentialsRelativeUri),
    ("AWS_CONTAINER_CREDENTIALS_FULL_URI", AmazonS3ConfigKey::ContainerCredentialsFullUri),
    ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", AmazonS3ConfigKey::ContainerAuthorizationTokenFile),
    ("AWS_WEB_IDENTITY_TOKEN_FILE", AmazonS3ConfigKey::WebIdentityTokenFile),
    ("AWS_ROLE_ARN", AmazonS3ConfigKey::RoleArn),
    ("AWS_ROLE_SESSION_NAME", AmazonS3ConfigKey::RoleSessionName),
];

pub(super) fn configure(builder: AmazonS3Builder) -> AmazonS3Builder {
    VARIABLES.into_iter().fold(builder, |builder, (name, key)| match std::env::var(name) {
        Ok(value) => builder.with_config(key, value),
        Err(_) => builder,
    })
}
