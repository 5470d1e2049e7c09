//! `update_mask`: which fields of a change count.

use crate::origin::Invalid;
use darkroom_api::v1::{self, origin::Location as Arm};

const FIELD: &str = "update_mask";

/// Puts the fields that `paths` names from `change` into `base`; without paths those that are filled; with `*` all.
/// Secrets that are not in `change` stay empty, which means that they are kept.
pub(super) fn merge(
    mut base: v1::Origin,
    change: &v1::Origin,
    paths: Option<&[String]>,
) -> Result<v1::Origin, Invalid> {
    let Some(paths) = paths else {
        merge_filled(&mut base, change);
        return Ok(base);
    };
    for path in paths {
        if path == "*" {
            if paths.len() > 1 {
                return Err(Invalid::new(FIELD, "expected `*` alone"));
            }
            return Ok(v1::Origin { name: base.name, ..change.clone() });
        }
        merge_path(&mut base, change, path)?;
    }
    Ok(base)
}

fn merge_filled(base: &mut v1::Origin, change: &v1::Origin) {
    if !change.display_name.is_empty() {
        base.display_name.clone_from(&change.display_name);
    }
    base.include_canonical_header |= change.include_canonical_header;
    if !change.canonical_base_url.is_empty() {
        base.canonical_base_url.clone_from(&change.canonical_base_url);
    }
    if let Some(change) = &change.location {
        merge_arm(&mut base.location, change, None);
    }
}

fn merge_path(base: &mut v1::Origin, change: &v1::Origin, path: &str) -> Result<(), Invalid> {
    let (first, rest) = match path.split_once('.') {
        Some((first, rest)) => (first, Some(rest)),
        None => (path, None),
    };
    match (first, rest) {
        ("display_name", None) => base.display_name.clone_from(&change.display_name),
        ("include_canonical_header", None) => {
            base.include_canonical_header = change.include_canonical_header;
        }
        ("canonical_base_url", None) => base.canonical_base_url.clone_from(&change.canonical_base_url),
        // Output only: named by callers that send back what they read.
        ("name" | "create_time" | "update_time" | "etag" | "warnings", None) => {}
        (kind, field) => {
            let Some(change) = change.location.as_ref().filter(|arm| name(arm) == kind) else {
                return Err(Invalid::new(FIELD, format!("`{path}` is not a field of the origin that was sent")));
            };
            match field {
                None => base.location = Some(change.clone()),
                Some(field) if merge_arm(&mut base.location, change, Some(field)) => {}
                Some(_) => {
                    return Err(Invalid::new(FIELD, format!("`{path}` is not a field of an origin")));
                }
            }
        }
    }
    Ok(())
}

/// The arm's field in the message.
fn name(arm: &Arm) -> &'static str {
    match arm {
        Arm::Gcs(_) => "gcs",
        Arm::AzureBlob(_) => "azure_blob",
        Arm::S3(_) => "s3",
        Arm::S3Compatible(_) => "s3_compatible",
        Arm::WebFolder(_) => "web_folder",
        Arm::WebProxy(_) => "web_proxy",
        Arm::Folder(_) => "folder",
    }
}

/// Copies one field of a message, or all that are filled; whether there is such a field. The pattern names every
/// field of the message, so that a new one has to be put into one of the two lists.
macro_rules! copy {
    ($message:ident, $base:expr, $change:expr, $wanted:expr; $($field:ident),+; output $($output:ident),*) => {{
        let v1::$message { $($field,)+ $($output: _,)* } = $change;
        let mut is_known = $wanted.is_none() $(|| $wanted == Some(stringify!($output)))*;
        $(
            if $wanted.map_or(!is_default($field), |wanted| wanted == stringify!($field)) {
                $base.$field.clone_from($field);
                is_known = true;
            }
        )+
        is_known
    }};
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// A change of another kind takes the place of the whole location.
fn merge_arm(base: &mut Option<Arm>, change: &Arm, wanted: Option<&str>) -> bool {
    match (base, change) {
        (Some(Arm::Gcs(base)), Arm::Gcs(change)) => copy!(
            GcsLocation, base, change, wanted;
            bucket, prefix, client_email, private_key, service_account_key, endpoint, private_key_id;
            output private_key_set
        ),
        (Some(Arm::AzureBlob(base)), Arm::AzureBlob(change)) => copy!(
            AzureBlobLocation, base, change, wanted;
            account, container, prefix, sas_token, endpoint;
            output sas_token_set, sas_expire_time, sas_permissions
        ),
        (Some(Arm::S3(base)), Arm::S3(change)) => copy!(
            S3Location, base, change, wanted;
            bucket, prefix, region, access_key, secret_key, use_iam_role, endpoint;
            output keys_set
        ),
        (Some(Arm::S3Compatible(base)), Arm::S3Compatible(change)) => copy!(
            S3CompatibleLocation, base, change, wanted;
            bucket, prefix, endpoint, region, access_key, secret_key, force_path_style;
            output keys_set
        ),
        (Some(Arm::WebFolder(base)), Arm::WebFolder(change)) => {
            copy!(WebFolderLocation, base, change, wanted; base_url, forward_host_header; output)
        }
        (Some(Arm::WebProxy(base)), Arm::WebProxy(change)) => {
            copy!(WebProxyLocation, base, change, wanted; allowed_hosts; output)
        }
        (Some(Arm::Folder(base)), Arm::Folder(change)) => {
            copy!(FolderLocation, base, change, wanted; path; output)
        }
        (base, change) => {
            *base = Some(change.clone());
            true
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn s3(bucket: &str, region: &str, use_iam_role: bool) -> Arm {
        Arm::S3(v1::S3Location {
            bucket: bucket.to_owned(),
            region: region.to_owned(),
            use_iam_role,
            ..v1::S3Location::default()
        })
    }

    fn origin(display_name: &str, location: Arm) -> v1::Origin {
        v1::Origin {
            name: "origins/a".to_owned(),
            display_name: display_name.to_owned(),
            location: Some(location),
            ..v1::Origin::default()
        }
    }

    fn merged(change: &v1::Origin, paths: Option<&[&str]>) -> Result<v1::Origin, Invalid> {
        let base = origin("base", s3("b", "r", true));
        let paths: Option<Vec<String>> = paths.map(|paths| paths.iter().map(|path| (*path).to_owned()).collect());
        merge(base, change, paths.as_deref())
    }

    fn check(change: &v1::Origin, paths: Option<&[&str]>, expected: &v1::Origin) {
        assert_eq!(&merged(change, paths).unwrap(), expected, "{paths:?}");
    }

    #[test]
    fn without_a_mask_what_is_filled_counts() {
        check(&v1::Origin::default(), None, &origin("base", s3("b", "r", true)));
        check(&origin("new", s3("", "q", false)), None, &origin("new", s3("b", "q", true)));
        let folder = Arm::Folder(v1::FolderLocation { path: "/a".to_owned() });
        check(&origin("", folder.clone()), None, &origin("base", folder));
    }

    #[test]
    fn with_a_mask_what_it_names_counts() {
        let change = origin("new", s3("", "q", false));
        check(&change, Some(&["display_name"]), &origin("new", s3("b", "r", true)));
        check(&change, Some(&["s3.region", "s3.use_iam_role"]), &origin("base", s3("b", "q", false)));
        check(&change, Some(&["s3"]), &origin("base", s3("", "q", false)));
        check(&change, Some(&["*"]), &change);
        check(&change, Some(&["etag", "warnings", "s3.keys_set"]), &origin("base", s3("b", "r", true)));
    }

    #[test]
    fn what_is_unknown_is_refused() {
        let change = origin("new", s3("", "q", false));
        for path in ["colour", "s3.colour", "gcs.bucket", "display_name.x", "", "s3.", "s3.region.x", "location"] {
            assert_eq!(merged(&change, Some(&[path])).unwrap_err().field, "update_mask", "{path}");
        }
        assert!(merged(&change, Some(&["*", "display_name"])).is_err());
    }
}
