//! Steps that run one after the other: those of a whole text, of a branch, or of a layer.

use super::{
    InvalidTransformation,
    condition::Condition,
    context::{Context, Place},
    grammar::Item,
    outline::{Outline, Stage},
    output::{FormatChoice, Settings},
    parameters::Parameters,
    resize::{Plan, Resize},
    scope::Scope,
    transformation::Transformation,
};
use crate::{Error, Limits, Resource, picture::Picture, work::Work};
use std::{collections::BTreeSet, fmt};

/// One element of a chain.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Link {
    Transformation(Box<Transformation>),
    Condition(Box<Condition>),
}

/// What the first step sees of its source.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum FirstLook {
    /// The source's own pixels: a decoder must not scale.
    AtItsPixels,
    /// The source scaled by this factor, the larger of both axes: a decoder may do a part of it.
    Scaled(f64),
}

impl FirstLook {
    /// The factor, for a decoder.
    pub(super) fn scale(self) -> Option<f64> {
        match self {
            Self::AtItsPixels => None,
            Self::Scaled(scale) => Some(scale),
        }
    }
}

/// Steps in their normal form: none is without effect, and what is said of the output stands in the last of
/// the steps between two conditions.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Chain(Vec<Link>);

impl Chain {
    /// Reads steps; what is wrong with them is told in the order of the text.
    pub(super) fn read(
        steps: Vec<Vec<Item<'_>>>,
        place: Place,
        context: &Context<'_>,
    ) -> (Self, Vec<InvalidTransformation>) {
        let mut chain = Self::default();
        let mut problems = Vec::new();
        for items in steps {
            if items.iter().any(|item| item.key == "if") {
                match Condition::read(&items, place, context) {
                    Ok((condition, found)) => {
                        problems.extend(found);
                        chain.push_condition(condition);
                    }
                    Err(problem) => problems.push(problem),
                }
                continue;
            }
            let mut parameters = Parameters::new(items, place, context);
            let transformation = Transformation::take(&mut parameters);
            problems.extend(parameters.finish());
            chain.push(transformation);
        }
        (chain, problems)
    }

    /// Reads steps of which somebody has claimed a part of the first already.
    pub(super) fn read_after(
        mut first: Parameters<'_>,
        steps: Vec<Vec<Item<'_>>>,
        place: Place,
        context: &Context<'_>,
    ) -> (Self, Vec<InvalidTransformation>) {
        let transformation = Transformation::take(&mut first);
        let mut problems = first.finish();
        let (rest, found) = Self::read(steps, place, context);
        problems.extend(found);
        let mut chain = Self::default();
        chain.push(transformation);
        chain.0.extend(rest.0);
        (chain, problems)
    }

    /// Adds a step, and takes along what the steps before it have said of the output.
    pub(super) fn push(&mut self, mut step: Transformation) {
        if let Some(Link::Transformation(last)) = self.0.last_mut() {
            if step.is_without_parts() {
                last.output = std::mem::take(&mut last.output).then(step.output);
                return;
            }
            step.output = std::mem::take(&mut last.output).then(step.output);
            if last.is_empty() {
                self.0.pop();
            }
        }
        if !step.is_empty() {
            self.0.push(Link::Transformation(Box::new(step)));
        }
    }

    fn push_condition(&mut self, condition: Condition) {
        if !condition.is_empty() {
            self.0.push(Link::Condition(Box::new(condition)));
        }
    }

    /// The same where this was said of the output before anything else.
    pub(super) fn after_settings(mut self, settings: Settings) -> Self {
        let run = self.0.iter().position(|link| matches!(link, Link::Condition(_))).unwrap_or(self.0.len());
        match self.0[..run].last_mut() {
            Some(Link::Transformation(last)) => last.output = settings.then(std::mem::take(&mut last.output)),
            Some(Link::Condition(_)) | None => {
                let step = Transformation { output: settings, ..Transformation::default() };
                self.0.insert(0, Link::Transformation(Box::new(step)));
            }
        }
        self
    }

    /// Drops what is said of the output and holds without being said. Right where nothing was said before.
    pub(super) fn drop_default_settings(&mut self) {
        let mut before = true;
        for link in &mut self.0 {
            match link {
                Link::Transformation(step) if before => {
                    step.output = std::mem::take(&mut step.output).without_defaults();
                }
                Link::Transformation(_) => {}
                Link::Condition(_) => before = false,
            }
        }
        self.0.retain(|link| !matches!(link, Link::Transformation(step) if step.is_empty()));
    }

    /// Drops all that is said of the output.
    pub(super) fn without_settings(mut self) -> Self {
        for link in &mut self.0 {
            if let Link::Transformation(step) = link {
                step.output = Settings::default();
            }
        }
        self.0.retain(|link| !matches!(link, Link::Transformation(step) if step.is_empty()));
        self
    }

    pub(super) fn begins_with_a_condition(&self) -> bool {
        matches!(self.0.first(), Some(Link::Condition(_)))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether any of its steps cuts off a border.
    pub(super) fn trims(&self) -> bool {
        self.0.iter().any(|link| match link {
            Link::Transformation(step) => step.trim.is_some(),
            Link::Condition(condition) => condition.branches().into_iter().any(Self::trims),
        })
    }

    /// Whether any of its steps has a layer.
    pub(super) fn has_layers(&self) -> bool {
        self.0.iter().any(|link| match link {
            Link::Transformation(step) => !step.layers.is_empty(),
            Link::Condition(condition) => condition.branches().into_iter().any(Self::has_layers),
        })
    }

    /// The first transformation, made when there is none.
    pub(super) fn first_mut(&mut self) -> &mut Transformation {
        if !matches!(self.0.first(), Some(Link::Transformation(_))) {
            self.0.insert(0, Link::Transformation(Box::default()));
        }
        match self.0.first_mut() {
            Some(Link::Transformation(first)) => first,
            Some(Link::Condition(_)) | None => unreachable!("one was just put there"),
        }
    }

    /// What is said of the output whatever the picture is.
    pub(super) fn settings(&self) -> Settings {
        self.0.iter().fold(Settings::default(), |settings, link| match link {
            Link::Transformation(step) => settings.then(step.output.clone()),
            Link::Condition(_) => settings,
        })
    }

    /// Whether a condition stands in it.
    pub(super) fn is_conditional(&self) -> bool {
        self.0.iter().any(|link| matches!(link, Link::Condition(_)))
    }

    /// Whether a step may change pixels.
    pub(super) fn changes_pixels(&self) -> bool {
        self.0.iter().any(|link| match link {
            Link::Transformation(step) => !step.is_without_parts(),
            Link::Condition(condition) => condition.branches().into_iter().any(Self::changes_pixels),
        })
    }

    /// Whether a step says this key, in whatever branch; layers are pictures of their own.
    pub(super) fn says(&self, key: &str) -> bool {
        let is_key =
            |item: &String| item.strip_prefix(key).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
        self.0.iter().any(|link| match link {
            Link::Transformation(step) => step.parameters().iter().any(is_key),
            Link::Condition(condition) => condition.branches().into_iter().any(|branch| branch.says(key)),
        })
    }

    /// Every format that is named anywhere in it.
    pub(super) fn formats(&self) -> Vec<FormatChoice> {
        let of = |link: &Link| match link {
            Link::Transformation(step) => step.output.format().into_iter().collect(),
            Link::Condition(condition) => condition.branches().into_iter().flat_map(Self::formats).collect::<Vec<_>>(),
        };
        self.0.iter().flat_map(of).collect()
    }

    /// Adds what it needs beside its source.
    pub(super) fn resources(&self, found: &mut BTreeSet<Resource>) {
        for link in &self.0 {
            match link {
                Link::Transformation(step) => step.layers.iter().for_each(|layer| layer.resources(found)),
                Link::Condition(condition) => {
                    condition.branches().into_iter().for_each(|branch| branch.resources(found));
                }
            }
        }
    }

    /// What the first step that changes pixels does to a source of this size; `None` when no step does.
    pub(super) fn first_look(&self, scope: &Scope) -> Option<FirstLook> {
        self.0.iter().find_map(|link| match link {
            Link::Transformation(step) if step.is_without_parts() => None,
            Link::Transformation(step) => Some(step.scale(scope).map_or(FirstLook::AtItsPixels, FirstLook::Scaled)),
            Link::Condition(condition) => condition.branch(scope).first_look(scope),
        })
    }

    /// What the first step that changes pixels scales, where a reader may do it in its place.
    pub(super) fn first_scaling(&self, scope: &Scope) -> Option<Plan> {
        self.0.iter().find_map(|link| match link {
            Link::Transformation(step) if step.is_without_parts() => None,
            Link::Transformation(step) => Some(step.scaling(scope)),
            Link::Condition(condition) => Some(condition.branch(scope).first_scaling(scope)),
        })?
    }

    /// Pixels of the box that the first step that changes pixels asks for, where its text names them.
    pub(super) fn asked_pixels(&self) -> Option<u64> {
        self.0.iter().find_map(|link| match link {
            Link::Transformation(step) if step.is_without_parts() => None,
            Link::Transformation(step) => Some(step.resize.as_ref().and_then(Resize::asked_pixels)),
            Link::Condition(_) => Some(None),
        })?
    }

    /// Whether it scales an image of this size once and does nothing else to its pixels.
    pub(super) fn only_scales(&self, scope: &Scope) -> bool {
        let mut steps = self.0.iter().filter(|link| match link {
            Link::Transformation(step) => !step.is_without_parts(),
            Link::Condition(_) => true,
        });
        match (steps.next(), steps.next()) {
            (Some(Link::Transformation(step)), None) => step.only_scales(scope),
            _ => false,
        }
    }

    /// The scope after it, by arithmetic alone; `None` when a size depends on pixels. What it costs is added to
    /// `work`, as far as it is known.
    pub(super) fn reckon(&self, scope: Scope, limits: &Limits, work: &Work) -> Result<Option<Scope>, Error> {
        let mut scope = scope;
        for link in &self.0 {
            let next = match link {
                Link::Transformation(step) => step.result_size(&scope, limits, work)?.map(|size| scope.after(size)),
                Link::Condition(condition) => condition.branch(&scope).reckon(scope, limits, work)?,
            };
            let Some(next) = next else {
                return Ok(None);
            };
            scope = next;
        }
        Ok(Some(scope))
    }

    /// Tells what its steps do, behind what `outline` tells already; `scope` is `None` where sizes depend on
    /// pixels. Gives the scope after it.
    pub(super) fn tell(
        &self,
        scope: Option<Scope>,
        limits: &Limits,
        depth: usize,
        outline: &mut Outline,
    ) -> Result<Option<Scope>, Error> {
        let mut scope = scope;
        for link in &self.0 {
            scope = match (link, scope) {
                (Link::Transformation(step), known) => {
                    outline.push(depth, Stage::Step { text: step.parameters().join(","), size: None });
                    let size = known.map_or(Ok(None), |scope| step.result_size(&scope, limits, &Work::default()))?;
                    outline.set_size(size);
                    known.zip(size).map(|(scope, size)| scope.after(size))
                }
                (Link::Condition(condition), None) => {
                    outline.push(depth, Stage::Condition { tests: condition.tests(), holds: None });
                    None
                }
                (Link::Condition(condition), Some(scope)) => {
                    let holds = Some(condition.holds(&scope));
                    outline.push(depth, Stage::Condition { tests: condition.tests(), holds });
                    condition.branch(&scope).tell(Some(scope), limits, depth + 1, outline)?
                }
            };
        }
        Ok(scope)
    }

    /// Runs all steps; gives what they say of the output too.
    pub(super) fn apply(&self, mut picture: Picture, mut scope: Scope) -> Result<(Picture, Settings), Error> {
        let mut settings = Settings::default();
        for link in &self.0 {
            let said = match link {
                Link::Transformation(step) => {
                    picture = step.apply(picture, &scope)?;
                    step.output.clone()
                }
                Link::Condition(condition) => {
                    let said;
                    (picture, said) = condition.branch(&scope).apply(picture, scope)?;
                    said
                }
            };
            settings = settings.then(said);
            scope = scope.after(picture.size());
        }
        Ok((picture, settings))
    }
}

impl fmt::Display for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, link) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(":")?;
            }
            match link {
                Link::Transformation(step) => f.write_str(&step.parameters().join(","))?,
                Link::Condition(condition) => write!(f, "{condition}")?,
            }
        }
        Ok(())
    }
}
