//! Amazon S3, and services that speak its protocol.

mod role;

use super::{
    Error, Invalid, Network,
    answer::Answer,
    attempt::Failure,
    endpoint::{check_name, check_prefix, check_secret, parse_endpoint, trim_prefix},
    store::{self, Store},
    transport::Transport,
};
use crate::secret::{ExposeSecret, SecretString};
use object_store::aws::AmazonS3Builder;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use url::{Host, Url};

/// The region when none is given.
pub const REGION_DEFAULT: &str = "us-east-1";

/// A bucket of Amazon S3.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Location {
    /// Bucket name.
    pub bucket: String,
    /// Put before each path, with a slash between.
    pub prefix: String,
    /// AWS region; empty means `us-east-1`.
    pub region: String,
    /// Use the role of the instance, task or service account that Darkroom runs under, and no keys.
    pub use_iam_role: bool,
    /// Base URL of an emulator or a sovereign cloud; empty for Amazon's own.
    pub endpoint: String,
    /// Access key id.
    #[serde(skip)]
    pub access_key: SecretString,
    /// Secret access key.
    #[serde(skip)]
    pub secret_key: SecretString,
}

/// A bucket of a service that speaks the S3 protocol.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CompatibleLocation {
    /// Bucket name.
    pub bucket: String,
    /// Put before each path, with a slash between.
    pub prefix: String,
    /// Base URL of the service.
    pub endpoint: String,
    /// Region that signatures name; empty means `us-east-1`.
    pub region: String,
    /// The bucket stands in the path rather than in the host name.
    pub force_path_style: bool,
    /// Access key id.
    #[serde(skip)]
    pub access_key: SecretString,
    /// Secret access key.
    #[serde(skip)]
    pub secret_key: SecretString,
}

/// Both kinds, as one bucket to open.
struct Bucket<'a> {
    kind: &'static str,
    name: &'a str,
    prefix: &'a str,
    region: &'a str,
    endpoint: Option<Url>,
    force_path_style: bool,
    /// Access key id and secret access key; none with a role.
    keys: Option<(&'a SecretString, &'a SecretString)>,
}

impl Location {
    pub(super) fn open(&self, network: &Network, transport: Transport) -> Result<Store, Invalid> {
        let endpoint = match self.endpoint.as_str() {
            "" => china_endpoint(&self.region),
            endpoint => Some(parse_endpoint("s3.endpoint", endpoint, network)?),
        };
        let bucket = Bucket {
            kind: "s3",
            name: &self.bucket,
            prefix: &self.prefix,
            region: &self.region,
            endpoint,
            force_path_style: !self.endpoint.is_empty(),
            keys: (!self.use_iam_role).then_some((&self.access_key, &self.secret_key)),
        };
        bucket.open(Transport { with_role: self.use_iam_role, ..transport })
    }
}

impl CompatibleLocation {
    pub(super) fn open(&self, network: &Network, transport: Transport) -> Result<Store, Invalid> {
        let bucket = Bucket {
            kind: "s3_compatible",
            name: &self.bucket,
            prefix: &self.prefix,
            region: &self.region,
            endpoint: Some(parse_endpoint("s3_compatible.endpoint", &self.endpoint, network)?),
            force_path_style: self.force_path_style,
            keys: Some((&self.access_key, &self.secret_key)),
        };
        bucket.open(transport)
    }
}

impl Bucket<'_> {
    fn open(self, transport: Transport) -> Result<Store, Invalid> {
        let field = |name: &str| format!("{}.{name}", self.kind);
        check_name(&field("bucket"), self.name, "-_.")?;
        check_prefix(&field("prefix"), self.prefix)?;
        let region = if self.region.is_empty() { REGION_DEFAULT } else { self.region };
        check_name(&field("region"), region, "-")?;
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(self.name)
            .with_region(region)
            .with_retry(store::no_retries())
            .with_http_connector(transport);
        builder = match self.keys {
            Some((access_key, secret_key)) => {
                check_secret(&field("access_key"), access_key, "an access key id")?;
                check_secret(&field("secret_key"), secret_key, "a secret access key")?;
                builder
                    .with_access_key_id(access_key.expose_secret())
                    .with_secret_access_key(secret_key.expose_secret())
            }
            None => role::configure(builder),
        };
        // A bucket with dots fits no wildcard certificate, and an address takes no name in front of it.
        let has_host_style = !self.force_path_style
            && !self.name.contains('.')
            && self.endpoint.as_ref().is_none_or(|url| matches!(url.host(), Some(Host::Domain(_))));
        builder = builder.with_virtual_hosted_style_request(has_host_style);
        if let Some(mut url) = self.endpoint {
            if has_host_style && let Some(host) = url.host_str() {
                let host = format!("{}.{host}", self.name);
                url.set_host(Some(&host))
                    .map_err(|_| Invalid::new(field("bucket"), "it cannot stand in a host name"))?;
            }
            builder = builder.with_endpoint(url.as_str().trim_end_matches('/'));
        }
        let objects =
            builder.build().map_err(|_| Invalid::new(self.kind, "no client can be made of these settings"))?;
        let (name, region) = (self.name.to_owned(), region.to_owned());
        Ok(Store {
            objects: Arc::new(objects),
            prefix: trim_prefix(self.prefix).to_owned(),
            explain: Box::new(move |answer| explain(answer, &name, &region)),
        })
    }
}

/// China's regions have a domain of their own.
fn china_endpoint(region: &str) -> Option<Url> {
    let region = region.strip_prefix("cn-")?;
    Url::parse(&format!("https://s3.cn-{region}.amazonaws.com.cn")).ok()
}

fn explain(answer: &Answer, bucket: &str, region: &str) -> Option<Failure> {
    let text = answer.text();
    let denied = |short: &str| Failure::from(Error::AccessDenied(format!("{short} ({text})")));
    match answer.status.as_u16() {
        301 | 307 | 400 if answer.region.as_deref().is_some_and(|right| right != region) => {
            let right = answer.region.as_deref().unwrap_or_default();
            Some(
                Failure::from(Error::Broken(format!("the bucket is in another region ({text})")))
                    .advise(format!("bucket `{bucket}` is in region `{right}`, not in `{region}`: set the region")),
            )
        }
        _ if answer.is(&["InvalidAccessKeyId", "InvalidToken", "ExpiredToken"]) => Some(
            denied("the access key was refused").advise(format!("the service does not know the access key, or it has expired ({text}): create a new one")),
        ),
        _ if answer.is(&["SignatureDoesNotMatch"]) => Some(
            denied("the secret key was refused").advise(format!("the secret key is not that of the access key ({text}): enter both again")),
        ),
        _ if answer.is(&["RequestTimeTooSkewed"]) => Some(
            denied("the clock is wrong").advise("the clock of this machine is wrong by more than 15 minutes: set it"),
        ),
        401 | 403 => Some(Failure {
            maybe_absent: answer.is(&["AccessDenied"]),
            ..denied("the keys may not read the object").advise(format!(
                "the keys may not read this object of bucket `{bucket}`, or it does not exist: allow `s3:GetObject` on `arn:aws:s3:::{bucket}/*`, and `s3:ListBucket` to tell the two apart"
            ))
        }),
        404 if answer.is(&["NoSuchBucket"]) => Some(
            Failure::from(Error::Broken(format!("the bucket does not exist ({text})")))
                .advise(format!("there is no bucket `{bucket}`: check its name")),
        ),
        _ => None,
    }
}
