//! A picture in blocks: which there are, in which order they are written, and what they hold.

use darkroom_planes::{Plane, Planes, Subsampling};

use super::EncodeError;

/// A picture as a JPEG sees it.
pub(super) struct Frame<'a> {
    /// Width and height in pixels.
    pub size: (u16, u16),
    /// Luma, and chroma if there is any.
    pub channels: Vec<Channel<'a>>,
    /// Units of interleaving, across and down.
    pub units: (usize, usize),
}

/// One plane of it.
pub(super) struct Channel<'a> {
    pub plane: &'a Plane,
    /// Blocks along each side of a unit of interleaving: 2 for luma where chroma is halved, else 1.
    pub factor: usize,
    /// The tables that it uses: 0 for luma, 1 for chroma.
    pub table: usize,
    /// Blocks that hold a sample of it, across and down.
    pub blocks: (usize, usize),
}

impl<'a> Frame<'a> {
    /// Looks at the sizes of planes.
    pub(super) fn of(planes: &'a Planes) -> Result<Self, EncodeError> {
        let (width, height) = (planes.width(), planes.height());
        let side = |pixels: usize| u16::try_from(pixels).ok().filter(|&side| side > 0);
        let (Some(across), Some(down)) = (side(width), side(height)) else {
            return Err(EncodeError::Size { width, height });
        };
        let factor = match (&planes.chroma, planes.subsampling()) {
            (None, _) | (Some(_), Some(Subsampling::None)) => 1,
            (Some(_), Some(Subsampling::Both)) => 2,
            (Some([blue, _]), None) => return Err(mismatch(&planes.luma, blue)),
        };
        let mut channels = vec![Channel::new(&planes.luma, factor, 0)];
        if let Some([blue, red]) = &planes.chroma {
            if (red.width(), red.height()) != (blue.width(), blue.height()) {
                return Err(mismatch(&planes.luma, red));
            }
            channels.extend([Channel::new(blue, 1, 1), Channel::new(red, 1, 1)]);
        }
        let units = (width.div_ceil(8 * factor), height.div_ceil(8 * factor));
        Ok(Self { size: (across, down), channels, units })
    }

    /// Visits the blocks of all channels as an interleaved scan has them: the number of the channel, and the place
    /// of the block; none where a unit goes beyond the plane.
    #[inline(always)]
    pub(super) fn each_block(&self, mut visit: impl FnMut(usize, Option<(usize, usize)>)) {
        for down in 0..self.units.1 {
            for across in 0..self.units.0 {
                for (number, channel) in self.channels.iter().enumerate() {
                    for part in 0..channel.factor * channel.factor {
                        let x = across * channel.factor + part % channel.factor;
                        let y = down * channel.factor + part / channel.factor;
                        visit(number, (x < channel.blocks.0 && y < channel.blocks.1).then_some((x, y)));
                    }
                }
            }
        }
    }
}

fn mismatch(luma: &Plane, chroma: &Plane) -> EncodeError {
    EncodeError::Chroma { luma: (luma.width(), luma.height()), chroma: (chroma.width(), chroma.height()) }
}

impl<'a> Channel<'a> {
    fn new(plane: &'a Plane, factor: usize, table: usize) -> Self {
        Self { plane, factor, table, blocks: (plane.width().div_ceil(8), plane.height().div_ceil(8)) }
    }

    /// The samples of a block. Beyond the edge the last ones are repeated, which costs the fewest bits.
    #[inline(always)]
    pub(super) fn samples(&self, (across, down): (usize, usize)) -> [[u8; 8]; 8] {
        let (x, y) = (across * 8, down * 8);
        let (plane, stride) = (self.plane, self.plane.stride());
        if x + 8 <= plane.width() && y + 8 <= plane.height() {
            let rows = &plane.samples()[y * stride + x..];
            if let Some(rows) = rows.get(..7 * stride + 8) {
                return std::array::from_fn(|row| std::array::from_fn(|column| rows[row * stride + column]));
            }
        }
        std::array::from_fn(|row| {
            let row = plane.row((y + row).min(plane.height() - 1));
            std::array::from_fn(|column| row[(x + column).min(row.len() - 1)])
        })
    }
}
