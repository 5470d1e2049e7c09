//! The pictures that are made of one file: one for each scale that is wanted.

use super::header::{Grid, Header};
use super::idct::Target;
use super::{Decoded, Scale};
use darkroom_planes::{Plane, Planes};

/// Something for each scale, in the order of [`Scale::ALL`].
pub(super) type ByScale<T> = [Option<T>; Scale::ALL.len()];

/// The pictures that are made of one file: one for each scale that is wanted.
pub(super) struct Pictures<'a> {
    by_scale: ByScale<&'a mut Decoded>,
}

/// Where samples of one component go at one scale.
pub(super) struct Output<'a> {
    pub(super) samples: &'a mut [u8],
    /// Bytes from row to row.
    pub(super) stride: usize,
}

impl Output<'_> {
    /// The place of a block of `edge` x `edge` samples.
    #[allow(clippy::inline_always)] // into loops that are compiled for more than one kind of processor
    #[inline(always)]
    pub(super) fn target(&mut self, edge: usize, row: usize, column: usize) -> Target<'_> {
        Target { samples: self.samples, at: row * edge * self.stride + column * edge, stride: self.stride }
    }
}

impl<'a> Pictures<'a> {
    pub(super) fn new(by_scale: ByScale<&'a mut Decoded>) -> Self {
        Self { by_scale }
    }

    /// The scales that are wanted, the largest first.
    pub(super) fn scales(&self) -> impl Iterator<Item = Scale> {
        Scale::ALL.into_iter().zip(&self.by_scale).rev().filter_map(|(scale, picture)| picture.as_ref().map(|_| scale))
    }

    /// Says how the pictures lie in their planes, and gives these room for whole MCUs.
    pub(super) fn prepare(&mut self, header: &Header, grids: &[Grid]) {
        for (scale, picture) in self.each() {
            let Decoded { planes, luma_window, chroma_window, damaged } = picture;
            *luma_window = header.window(0, scale);
            *chroma_window = header.window(grids.len() - 1, scale);
            *damaged = false;
            if grids.len() == 1 {
                planes.chroma = None;
            } else if planes.chroma.is_none() {
                planes.chroma = Some(Default::default());
            }
            for (plane, grid) in each_plane(planes).into_iter().flatten().zip(grids) {
                let width = grid.padded_across() * scale.block();
                plane.reset(width, grid.padded_down() * scale.block(), width);
            }
        }
    }

    /// Notes damage of data that these scales need.
    pub(super) fn damage(&mut self, needed: impl Fn(Scale) -> bool) {
        for (scale, picture) in self.each() {
            picture.damaged |= needed(scale);
        }
    }

    /// By component, where its samples go at each scale.
    pub(super) fn outputs(&mut self) -> [Option<ByScale<Output<'_>>>; 3] {
        let mut planes =
            self.by_scale.each_mut().map(|picture| picture.as_mut().map(|picture| each_plane(&mut picture.planes)));
        std::array::from_fn(|component| {
            let outputs = planes.each_mut().map(|planes| {
                let plane = planes.as_mut()?[component].take()?;
                let stride = plane.stride();
                Some(Output { samples: plane.samples_mut(), stride })
            });
            outputs.iter().any(Option::is_some).then_some(outputs)
        })
    }

    /// Cuts off what is no part of the picture.
    pub(super) fn crop(&mut self, header: &Header) {
        for (scale, picture) in self.each() {
            for (component, plane) in each_plane(&mut picture.planes).into_iter().flatten().enumerate() {
                let (width, height) = header.size(component, scale);
                plane.reset(width, height, plane.stride());
            }
        }
    }

    fn each(&mut self) -> impl Iterator<Item = (Scale, &mut Decoded)> {
        let pictures = self.by_scale.iter_mut().map(Option::as_deref_mut);
        Scale::ALL.into_iter().zip(pictures).filter_map(|(scale, picture)| Some((scale, picture?)))
    }
}

/// Luma, and chroma where it is.
fn each_plane(planes: &mut Planes) -> [Option<&mut Plane>; 3] {
    match &mut planes.chroma {
        Some([cb, cr]) => [Some(&mut planes.luma), Some(cb), Some(cr)],
        None => [Some(&mut planes.luma), None, None],
    }
}
