//! `pg`: which page or frame of the source is transformed.
//!
//! It decides what is decoded, so it belongs to the pipeline and not to a step that works on pixels.

use super::{
    InvalidTransformation,
    context::{Context, Place},
    grammar::Item,
    number,
    parameters::{Parameter, Parameters, Refusal},
};
use std::fmt;

/// The highest page that can be asked for. No source comes near it; how many pages one has shows when it is
/// opened.
const MAX_PAGE: u32 = 100_000;

const PAGE: Parameter = Parameter {
    key: "pg",
    name: "page",
    values: "the number of a page or frame, from 1 to 100000",
    default: "the main picture; of an animation, all frames",
    meaning: "takes one page of a TIFF or HEIC, or one frame of a GIF or WebP, as a still image; only in the first step",
    example: "pg-2,w-300",
};

pub(super) const PARAMETERS: &[Parameter] = &[PAGE];

const SEVERAL: &str =
    "several pages at once and layers by name are for PSD, which Darkroom does not read; give one number";

/// Claims the page in the first step of a text; 1 is the first page.
pub(super) fn take<'t>(
    steps: &mut [Vec<Item<'t>>],
    context: &'t Context<'t>,
) -> (Option<u32>, Vec<InvalidTransformation>) {
    let is_page = |item: &mut Item<'_>| item.key == PAGE.key;
    let Some(first) = steps.first_mut().filter(|items| items.iter().all(|item| item.key != "if")) else {
        return (None, Vec::new());
    };
    let mut parameters = Parameters::new(first.extract_if(.., is_page).collect(), Place::Image, context);
    let page = parameters.take(&PAGE, read);
    (page, parameters.finish())
}

/// Refuses a page where none can be taken.
pub(super) fn refuse(parameters: &mut Parameters<'_>) {
    let refusal =
        Refusal::Because("a page is taken from the source, so it belongs to the first step, and to no condition");
    parameters.take(&PAGE, |_| Err::<(), _>(refusal));
}

/// The canonical parameter.
pub(super) fn write(page: u32, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "{}-{page}", PAGE.key)
}

fn read(text: &str) -> Result<u32, Refusal> {
    if is_of_several(text) {
        return Err(Refusal::Unsupported(SEVERAL));
    }
    number::whole(text, 1, MAX_PAGE).ok_or(Refusal::Value)
}

/// Whether it is one of the language's lists, ranges and names: `1_3_5`, `2-4`, `4-`, `2_3-4`, `name-"a"`.
fn is_of_several(text: &str) -> bool {
    let is_list = |text: &str| {
        text.starts_with(|first: char| first.is_ascii_digit())
            && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'_' | b'-'))
            && text.bytes().any(|byte| !byte.is_ascii_digit())
    };
    text.starts_with("name-") || is_list(text)
}

#[cfg(test)]
mod tests {
    use crate::{
        Pipeline,
        language::{Hints, InvalidTransformation, Reading},
    };

    #[track_caller]
    fn check(text: &str, page: Option<u32>, canonical: &str) {
        let pipeline: Pipeline = text.parse().expect(text);
        assert_eq!((pipeline.page(), pipeline.to_string().as_str()), (page, canonical), "for {text:?}");
        assert_eq!(canonical.parse(), Ok(pipeline), "the canonical text of {text:?}");
    }

    #[track_caller]
    fn refused(text: &str) -> InvalidTransformation {
        text.parse::<Pipeline>().expect_err(text)
    }

    #[test]
    fn a_page_is_a_number_of_the_first_step() {
        check("pg-2", Some(2), "pg-2");
        check("w-100,pg-02", Some(2), "pg-2,w-100");
        check("f-png,pg-1:w-100", Some(1), "pg-1,w-100,f-png");
        check("pg-3,rt-0:rt-90", Some(3), "pg-3,rt-90");
        check("w-100", None, "w-100");
        check("pg-2:if-w_gt_100,w-50,if-end", Some(2), "pg-2:if-w_gt_100,w-50,if-end");
        check("pg-2,orig-true", None, "orig-true");
        for text in ["pg-0", "pg-100001", "pg-", "pg", "pg-1.5", "pg-N1", "pg-last", "pg-_2"] {
            let refused = refused(text);
            assert_eq!((refused.parameter.as_deref(), refused.unsupported), (Some("pg"), false), "for {text:?}");
        }
        let later = refused("w-100:pg-2");
        assert_eq!((later.parameter.as_deref(), later.span), (Some("pg"), 6..10));
        for text in ["if-w_gt_100,pg-2,if-end", "pg-2,pg-3", "w-100:if-w_gt_100,w-50:pg-2,if-end"] {
            assert!(!refused(text).unsupported, "for {text:?}");
        }
        let lenient = Reading::of("w-100:pg-2", Hints::default()).and_then(Reading::leniently).expect("a reading");
        assert_eq!((lenient.pipeline.page(), lenient.pipeline.to_string().as_str()), (None, "w-100"));
    }

    #[test]
    fn lists_ranges_and_names_are_known_and_refused() {
        for text in ["pg-1_3_5", "pg-2-4", "pg-4-", "pg-2_3-4", "pg-name-%22layer-a%22_%22layer-b%22"] {
            let refused = refused(text);
            assert!(refused.unsupported && refused.message.contains("PSD"), "for {text:?}: {refused}");
        }
    }
}
