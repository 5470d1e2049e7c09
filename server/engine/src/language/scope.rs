//! What lengths, expressions and conditions reckon with.

use super::Size;

/// The sizes that are known when a step begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Scope {
    /// The upright source before any step, in pixels; inside a layer, the layer's own image. `iw`, `ih`, `iar`.
    pub(super) initial: Size,
    /// The input of the step, in pixels: what the step before it left. `cw`, `ch`, `car`.
    pub(super) current: Size,
    /// The picture under the layer, in pixels; `None` outside of layers. `bw`, `bh`, `bar`.
    pub(super) base: Option<Size>,
    /// What the source says of its density, in pixels per inch; known where the output is settled. `idn`.
    pub(super) density: Option<u32>,
}

impl Scope {
    /// The scope of the first step on a source of this size.
    pub(super) fn of_source(source: Size) -> Self {
        Self { initial: source, current: source, base: None, density: None }
    }

    /// The scope inside a layer that lies on a picture of the size `base`.
    pub(super) fn of_layer(initial: Size, current: Size, base: Size) -> Self {
        Self { initial, current, base: Some(base), density: None }
    }

    /// The scope of the step after this one.
    #[must_use]
    pub(super) fn after(self, current: Size) -> Self {
        Self { current, ..self }
    }
}
