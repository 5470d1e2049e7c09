//! `di`: what to deliver when no origin has the image. It is not of the picture, so it is no part of a
//! pipeline: whoever fetches looks at [`super::Reading::default_image`].

use super::{
    context::Place,
    parameters::{Parameter, Parameters, Refusal},
};

const DEFAULT_IMAGE: Parameter = Parameter {
    key: "di",
    name: "defaultImage",
    values: "the path of an image, with `@@` for `/`, or nothing",
    default: "that of the URL endpoint, if it has one",
    meaning: "the image to deliver, transformed alike, when no origin has the one that was asked for",
    example: "w-300,di-shop@@no-picture.png",
};

pub(super) const PARAMETERS: &[Parameter] = &[DEFAULT_IMAGE];

/// Claims it and notes it for the whole text.
pub(super) fn take(parameters: &mut Parameters<'_>) {
    let place = parameters.place();
    let path = parameters.take(&DEFAULT_IMAGE, |text| {
        if place != Place::Image {
            return Err(Refusal::Because("a layer has no default image; one that is missing is an error"));
        }
        // SDKs write `di-` for a default image that a program left empty: there is none then.
        let path = text.replace("@@", "/").trim_matches('/').to_owned();
        if path.is_empty() && !text.is_empty() { Err(Refusal::Value) } else { Ok(path) }
    });
    if let Some(path) = path.filter(|path| !path.is_empty()) {
        parameters.context().note(|found| found.default_image = Some(path));
    }
}
