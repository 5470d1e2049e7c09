//! What a pipeline does to a source of a known size, step by step: told to people, never needed for the work.

use super::Size;

/// The stages in the order of work.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outline {
    /// Each with the number of conditions that it stands in.
    pub stages: Vec<(usize, Stage)>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq)]
pub enum Stage {
    /// A step that runs.
    Step {
        /// Its canonical parameters.
        text: String,
        /// Its result; `None` when that depends on pixels, or the step cannot be carried out.
        size: Option<Size>,
    },
    /// A condition; the steps of the branch that runs follow.
    Condition {
        /// Its comparisons, as they are written.
        tests: String,
        /// `None` when that depends on pixels.
        holds: Option<bool>,
    },
}

impl Outline {
    pub(super) fn push(&mut self, depth: usize, stage: Stage) {
        self.stages.push((depth, stage));
    }

    /// Says what the last step makes.
    pub(super) fn set_size(&mut self, result: Option<Size>) {
        if let Some((_, Stage::Step { size, .. })) = self.stages.last_mut() {
            *size = result;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Limits, Pipeline};

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let pipeline: Pipeline = text.parse().expect("a good text");
        let (outline, error) = pipeline.outline(Size { width: 640, height: 865 }, &Limits::default());
        let told = |(depth, stage): &(usize, Stage)| match stage {
            Stage::Step { text, size } => {
                let size = size.map_or("?".to_owned(), |size| format!("{}x{}", size.width, size.height));
                format!("{}{text} = {size}", " ".repeat(*depth))
            }
            Stage::Condition { tests, holds } => format!("{}{tests}? {holds:?}", " ".repeat(*depth)),
        };
        let mut lines: Vec<String> = outline.stages.iter().map(told).collect();
        lines.extend(error.map(|error| error.to_string()));
        assert_eq!(lines, expected, "for {text:?}");
    }

    #[test]
    fn every_step_has_its_size() {
        check("h-0.5:rt-90:w-100,q-50", &["h-0.5 = 320x433", "rt-90 = 433x320", "w-100,q-50 = 100x74"]);
        check(
            "if-w_gt_600,w-300:fl-h,if-else,h-9,if-end:b-5_red",
            &["w_gt_600? Some(true)", " w-300 = 300x405", " fl-h = 300x405", "b-5_ff0000 = 310x415"],
        );
    }

    #[test]
    fn what_depends_on_pixels_is_not_guessed() {
        check("t-true:w-9:if-w_gt_600,w-300,if-end", &["t-true = ?", "w-9 = ?", "w_gt_600? None"]);
    }

    #[test]
    fn the_step_that_cannot_be_carried_out_is_the_last() {
        check(
            "w-300:w-8000:rt-90",
            &["w-300 = 300x405", "w-8000 = ?", "output_side_px is limited to 8192; this request needs 10800"],
        );
    }
}
