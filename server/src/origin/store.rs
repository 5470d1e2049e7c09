//! What the kinds that are buckets have in common: one GET through `object_store`.

use super::{
    Error, Fetch, Fetched, ImagePath, Limits,
    answer::{Answer, find},
    attempt::Failure,
    body, focus_area,
    transport::Stopped,
    version,
};
use object_store::{Attribute, GetOptions, ObjectStore, RetryConfig, path::Path};
use std::{fmt, sync::Arc, time::Duration};

/// What an answer means for this kind of bucket; nothing where the status says it all.
pub(super) type Explain = Box<dyn Fn(&Answer) -> Option<Failure> + Send + Sync>;

/// An opened bucket.
pub(super) struct Store {
    pub(super) objects: Arc<dyn ObjectStore>,
    pub(super) prefix: String,
    pub(super) explain: Explain,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("prefix", &self.prefix).finish_non_exhaustive()
    }
}

/// Retries are ours, so that one deadline and one count hold for all of them.
pub(super) fn no_retries() -> RetryConfig {
    RetryConfig { max_retries: 0, retry_timeout: Duration::ZERO, ..RetryConfig::default() }
}

impl Store {
    pub(super) async fn attempt(&self, fetch: &Fetch, limits: &Limits) -> Result<Fetched, Failure> {
        let key = self.key(&fetch.path)?;
        let options = GetOptions::new().with_if_none_match(version::as_etag(fetch.if_not_version.as_ref()));
        let result = match self.objects.get_opts(&key, options).await {
            Ok(result) => result,
            Err(object_store::Error::NotModified { .. }) => return Ok(Fetched::NotModified),
            Err(error) => return Err(self.failure(&error)),
        };
        let size = result.meta.size;
        let modified = result.meta.last_modified.timestamp();
        let Some(version) = version::of_facts(result.meta.e_tag.as_deref(), Some(modified), Some(size)) else {
            return Err(Error::Broken("the bucket told no version".to_owned()).into());
        };
        // Some servers ignore the condition.
        if fetch.if_not_version.as_ref() == Some(&version) {
            return Ok(Fetched::NotModified);
        }
        let media_type = result.attributes.get(&Attribute::ContentType).map(|value| value.as_ref().to_owned());
        let coordinates = result.attributes.iter().find_map(|(attribute, value)| match attribute {
            Attribute::Metadata(key) if focus_area::is_key(key) => Some(value.as_ref()),
            _ => None,
        });
        let focus_area = coordinates.and_then(focus_area::read);
        let data = body::read(result.into_stream(), Some(size), fetch, limits).await?;
        let modify_time = jiff::Timestamp::from_second(modified).ok();
        Ok(Fetched::Image { data, media_type, version, modify_time, focus_area })
    }

    /// `Path::parse` takes the name as it is; `Path::from` would encode it a second time.
    fn key(&self, path: &ImagePath) -> Result<Path, Failure> {
        let key = match self.prefix.as_str() {
            "" => path.as_str().to_owned(),
            prefix => format!("{prefix}/{path}"),
        };
        Path::parse(key).map_err(|_| Error::PathRefused("it cannot be the name of an object".to_owned()).into())
    }

    fn failure(&self, error: &object_store::Error) -> Failure {
        match find::<Stopped>(error) {
            Some(Stopped::Answered(answer)) => (self.explain)(answer).unwrap_or_else(|| answer.clone().into_failure()),
            Some(Stopped::Failed(failure)) => failure.clone(),
            None => {
                Error::Broken("the answer lacks what a bucket sends (Content-Length, Last-Modified, ETag)".to_owned())
                    .into()
            }
        }
    }
}
