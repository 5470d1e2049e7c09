//! A transformation under a name.

/// A named transformation: URLs say `n-<name>` for its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedTransformation {
    /// Given by the registry, and kept when the name changes. Has a hyphen, which no name has.
    pub uid: String,
    /// What URLs call it.
    pub name: String,
    /// The text as it was given, with or without `tr:`.
    pub transformation: String,
    /// URLs may not use it.
    pub disabled: bool,
    /// When it was added.
    pub create_time: jiff::Timestamp,
    /// When it was last changed.
    pub update_time: jiff::Timestamp,
    /// Changes with every change.
    pub etag: String,
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A named transformation as a caller would send it.
    pub(crate) fn named_transformation(name: &str, transformation: &str) -> NamedTransformation {
        NamedTransformation {
            uid: String::new(),
            name: name.to_owned(),
            transformation: transformation.to_owned(),
            disabled: false,
            create_time: jiff::Timestamp::UNIX_EPOCH,
            update_time: jiff::Timestamp::UNIX_EPOCH,
            etag: String::new(),
        }
    }
}
