//! A way in for URLs.

/// A URL endpoint. The default one has the id `default` and an empty prefix.
#[derive(Debug, Clone, PartialEq)]
pub struct UrlEndpoint {
    /// The last part of its resource name.
    pub id: String,
    /// What it is for.
    pub description: String,
    /// First segment of the path of its URLs; empty for the default endpoint and for those that are found by host alone.
    pub url_prefix: String,
    /// Host names (lower case, no port) that lead here without a prefix.
    pub hosts: Vec<String>,
    /// Ids of its origins in order of preference, at most 10.
    pub origins: Vec<String>,
    /// Only signed URLs are answered.
    pub restrict_unsigned: bool,
    /// Only named transformations are answered.
    pub restrict_unnamed: bool,
    /// What happens to unknown parameters.
    pub unknown_parameters: UnknownParameters,
    /// Path of the image for when no origin has the one that was asked for; empty when there is none.
    pub default_image: String,
    /// What renditions favour.
    pub profile: Profile,
    /// When it was added.
    pub create_time: jiff::Timestamp,
    /// When it was last changed.
    pub update_time: jiff::Timestamp,
    /// Changes with every change.
    pub etag: String,
}

/// What happens to parameters that Darkroom does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UnknownParameters {
    /// The request is refused.
    #[default]
    Reject,
    /// They are dropped and listed in a warning.
    Ignore,
}

/// What renditions favour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Profile {
    /// Quality.
    #[default]
    Default,
    /// Speed and bytes.
    Speed,
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A URL endpoint as a caller would send it.
    pub(crate) fn url_endpoint(id: &str, url_prefix: &str) -> UrlEndpoint {
        UrlEndpoint {
            id: id.to_owned(),
            description: format!("images of {id}"),
            url_prefix: url_prefix.to_owned(),
            hosts: Vec::new(),
            origins: Vec::new(),
            restrict_unsigned: false,
            restrict_unnamed: false,
            unknown_parameters: UnknownParameters::default(),
            default_image: String::new(),
            profile: Profile::default(),
            create_time: jiff::Timestamp::UNIX_EPOCH,
            update_time: jiff::Timestamp::UNIX_EPOCH,
            etag: String::new(),
        }
    }
}
