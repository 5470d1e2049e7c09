//! Which fields an update changes.

use super::status;
use crate::registry::UrlEndpoint;
use darkroom_api::v1;
use std::collections::BTreeSet;
use tonic::Status;

/// A field that can be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Field {
    Description,
    UrlPrefix,
    Hosts,
    Origins,
    RestrictUnsigned,
    RestrictUnnamed,
    UnknownParameters,
    DefaultImage,
    Profile,
}

const ALL: [(&str, Field); 9] = [
    ("description", Field::Description),
    ("url_prefix", Field::UrlPrefix),
    ("hosts", Field::Hosts),
    ("origins", Field::Origins),
    ("restrict_unsigned", Field::RestrictUnsigned),
    ("restrict_unnamed", Field::RestrictUnnamed),
    ("unknown_parameters", Field::UnknownParameters),
    ("default_image", Field::DefaultImage),
    ("profile", Field::Profile),
];

/// Fields that the registry fills. In a mask they are passed over, so that a resource can be sent back as it came.
const OUTPUT_ONLY: [&str; 4] = ["name", "create_time", "update_time", "etag"];

/// The fields to change: those in the mask, all for `*`, those that are filled when there is no mask.
pub(super) fn fields(
    mask: Option<&prost_types::FieldMask>,
    message: &v1::UrlEndpoint,
) -> Result<BTreeSet<Field>, Status> {
    let paths = match mask {
        None => return Ok(filled(message)),
        Some(mask) if mask.paths.is_empty() => return Ok(filled(message)),
        Some(mask) => &mask.paths,
    };
    if paths.iter().any(|path| path == "*") {
        if paths.len() > 1 {
            return Err(status::invalid_argument("update_mask", "expected `*` alone"));
        }
        return Ok(ALL.iter().map(|(_, field)| *field).collect());
    }
    let mut fields = BTreeSet::new();
    for (index, path) in paths.iter().enumerate() {
        match ALL.iter().find(|(name, _)| name == path) {
            Some((_, field)) => {
                fields.insert(*field);
            }
            None if OUTPUT_ONLY.contains(&path.as_str()) => {}
            None => {
                let known: Vec<_> = ALL.iter().map(|(name, _)| *name).collect();
                return Err(status::invalid_argument(
                    &format!("update_mask.paths[{index}]"),
                    format!("expected `*` or some of {}", known.join(", ")),
                ));
            }
        }
    }
    Ok(fields)
}

fn filled(message: &v1::UrlEndpoint) -> BTreeSet<Field> {
    let v1::UrlEndpoint {
        name: _,
        description,
        url_prefix,
        hosts,
        origins,
        restrict_unsigned,
        restrict_unnamed,
        unknown_parameters,
        default_image,
        profile,
        create_time: _,
        update_time: _,
        etag: _,
    } = message;
    [
        (!description.is_empty(), Field::Description),
        (!url_prefix.is_empty(), Field::UrlPrefix),
        (!hosts.is_empty(), Field::Hosts),
        (!origins.is_empty(), Field::Origins),
        (*restrict_unsigned, Field::RestrictUnsigned),
        (*restrict_unnamed, Field::RestrictUnnamed),
        (*unknown_parameters != 0, Field::UnknownParameters),
        (!default_image.is_empty(), Field::DefaultImage),
        (*profile != 0, Field::Profile),
    ]
    .into_iter()
    .filter_map(|(is_filled, field)| is_filled.then_some(field))
    .collect()
}

/// What is stored, with the fields of what is given.
pub(super) fn merge(stored: &UrlEndpoint, given: &UrlEndpoint, fields: &BTreeSet<Field>) -> UrlEndpoint {
    let mut merged = stored.clone();
    for field in fields {
        match field {
            Field::Description => merged.description.clone_from(&given.description),
            Field::UrlPrefix => merged.url_prefix.clone_from(&given.url_prefix),
            Field::Hosts => merged.hosts.clone_from(&given.hosts),
            Field::Origins => merged.origins.clone_from(&given.origins),
            Field::RestrictUnsigned => merged.restrict_unsigned = given.restrict_unsigned,
            Field::RestrictUnnamed => merged.restrict_unnamed = given.restrict_unnamed,
            Field::UnknownParameters => merged.unknown_parameters = given.unknown_parameters,
            Field::DefaultImage => merged.default_image.clone_from(&given.default_image),
            Field::Profile => merged.profile = given.profile,
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(paths: &[&str], message: &v1::UrlEndpoint) -> Result<Vec<Field>, String> {
        let mask = prost_types::FieldMask { paths: paths.iter().map(|path| (*path).to_owned()).collect() };
        fields(Some(&mask), message)
            .map(|fields| fields.into_iter().collect())
            .map_err(|status| status.message().to_owned())
    }

    #[test]
    fn which_fields_are_changed() {
        let message = v1::UrlEndpoint {
            name: "urlEndpoints/shop".into(),
            description: "new".into(),
            restrict_unsigned: true,
            etag: "\"1\"".into(),
            ..v1::UrlEndpoint::default()
        };
        let filled = vec![Field::Description, Field::RestrictUnsigned];
        assert_eq!(fields(None, &message).unwrap().into_iter().collect::<Vec<_>>(), filled);
        assert_eq!(check(&[], &message).unwrap(), filled);
        assert_eq!(check(&["*"], &message).unwrap().len(), ALL.len());
        assert_eq!(check(&["hosts"], &message).unwrap(), [Field::Hosts]);
        assert_eq!(check(&["etag", "profile", "name"], &message).unwrap(), [Field::Profile]);
        for wrong in [&["nothing"][..], &["*", "hosts"], &["hosts.0"], &["urlPrefix"], &[""]] {
            check(wrong, &message).unwrap_err();
        }
    }
}
