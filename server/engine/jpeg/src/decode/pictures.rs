//! The pictures that are made of one file: one for each scale that is wanted.

use super::header::{Grid, Header};
use super::idct::Target;
use super::{Decoded, Scale};
use darkroom_planes::{Plane, Planes};

/// Something for each scale, in the order of [`Scale::ALL`].
pub(super) type ByScale<T> = [Option<T>; Scale::ALL.len()];

/// The pictures that are made of one file: one for each scale of luma that is wanted, each with its scale of chroma.
pub(super) struct Pictures<'a> {
    by_scale: ByScale<(Scale, &'a mut Decoded)>,
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
    /// Of scales of chroma that are no larger than those of luma.
    pub(super) fn new(by_scale: ByScale<(Scale, &'a mut Decoded)>) -> Self {
        Self { by_scale }
    }

    /// The scales that are wanted of luma, the largest first.
    pub(super) fn scales(&self) -> impl Iterator<Item = Scale> {
        Scale::ALL.into_iter().zip(&self.by_scale).rev().filter_map(|(scale, picture)| picture.as_ref().map(|_| scale))
    }

    /// Says how the pictures lie in their planes, and gives these room for whole MCUs.
    pub(super) fn prepare(&mut self, header: &Header, grids: &[Grid]) {
        for (scales, picture) in self.each() {
            let Decoded { planes, luma_window, chroma_window, damaged } = picture;
            *luma_window = header.window(0, scales[0]);
            *chroma_window = header.window(grids.len() - 1, scales[grids.len() - 1]);
            *damaged = false;
            if grids.len() == 1 {
                planes.chroma = None;
            } else if planes.chroma.is_none() {
                planes.chroma = Some(Default::default());
            }
            for ((plane, grid), scale) in each_plane(planes).into_iter().flatten().zip(grids).zip(scales) {
                let width = grid.padded_across() * scale.block();
                plane.reset(width, grid.padded_down() * scale.block(), width);
            }
        }
    }

    /// Notes damage of data that these scales need.
    pub(super) fn damage(&mut self, needed: impl Fn(Scale) -> bool) {
        for ([scale, ..], picture) in self.each() {
            picture.damaged |= needed(scale);
        }
    }

    /// By component, where its samples go at each scale: of pictures with chroma of the same scale, to the largest.
    pub(super) fn outputs(&mut self) -> [Option<ByScale<Output<'_>>>; 3] {
        let mut outputs = [const { None::<ByScale<Output>> }; 3];
        for (scales, picture) in self.each() {
            for ((plane, scale), outputs) in each_plane(&mut picture.planes).into_iter().zip(scales).zip(&mut outputs) {
                if let Some(plane) = plane {
                    let stride = plane.stride();
                    outputs.get_or_insert_default()[scale as usize] =
                        Some(Output { samples: plane.samples_mut(), stride });
                }
            }
        }
        outputs
    }

    /// Gives all pictures their chroma, and cuts off what is no part of them.
    pub(super) fn finish(&mut self, header: &Header) {
        let mut given: ByScale<&Planes> = [None; Scale::ALL.len()];
        for (scale, picture) in self.by_scale.iter_mut().enumerate().rev() {
            let Some((chroma, picture)) = picture else { continue };
            let scales = [Scale::ALL[scale], *chroma, *chroma];
            if let Some(planes) = given[*chroma as usize] {
                picture.planes.chroma.clone_from(&planes.chroma);
            }
            for (component, plane) in each_plane(&mut picture.planes).into_iter().flatten().enumerate() {
                let (width, height) = header.size(component, scales[component]);
                plane.reset(width, height, plane.stride());
            }
            given[*chroma as usize].get_or_insert(&picture.planes);
        }
    }

    /// Each picture with the scales of its components, the smallest first.
    fn each(&mut self) -> impl Iterator<Item = ([Scale; 3], &mut Decoded)> {
        let pictures = self.by_scale.iter_mut().map(Option::as_mut);
        let pictures = Scale::ALL.into_iter().zip(pictures);
        pictures
            .filter_map(|(scale, picture)| picture.map(|(chroma, picture)| ([scale, *chroma, *chroma], &mut **picture)))
    }
}

/// Luma, and chroma where it is.
fn each_plane(planes: &mut Planes) -> [Option<&mut Plane>; 3] {
    match &mut planes.chroma {
        Some([cb, cr]) => [Some(&mut planes.luma), Some(cb), Some(cr)],
        None => [Some(&mut planes.luma), None, None],
    }
}
