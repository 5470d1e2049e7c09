//! What becomes of rows as they are decoded.

use crate::{codecs::Source, language::Reduction};
use darkroom_planes::{Channels, Filter, Raster};

/// Takes rows from the top.
pub(super) enum Sink {
    /// Few of them are held at a time.
    Reducing(Box<darkroom_planes::Reduction>),
    /// All of them are.
    Whole {
        raster: Raster,
        /// Rows that have come.
        rows: usize,
    },
}

impl Sink {
    /// For rows of a picture of this size, which the reader found in the file. It must be of one mind about that with
    /// the header, or the plan was made for another picture.
    pub(super) fn of(
        source: &Source,
        reduction: Option<&Reduction>,
        channels: Channels,
        (width, height): (u32, u32),
    ) -> Option<Self> {
        if (width, height) != (source.header.width, source.header.height) {
            return None;
        }
        let size = (width as usize, height as usize);
        Some(match reduction {
            None => Self::Whole { raster: Raster::new(channels, size.0, size.1), rows: 0 },
            Some(Reduction { window, result }) => {
                let result = (result.width as usize, result.height as usize);
                let reduction = darkroom_planes::Reduction::new(channels, size, *window, Filter::Lanczos3, result);
                Self::Reducing(Box::new(reduction))
            }
        })
    }

    /// Whether there is still a use for rows.
    pub(super) fn wants_rows(&self) -> bool {
        match self {
            Self::Reducing(reduction) => reduction.wants_rows(),
            Self::Whole { raster, rows } => *rows < raster.height(),
        }
    }

    /// Takes the next one.
    pub(super) fn push_row(&mut self, row: &[u8]) {
        match self {
            Self::Reducing(reduction) => reduction.push_row(row),
            Self::Whole { raster, rows } => {
                raster.row_mut(*rows).copy_from_slice(row);
                *rows += 1;
            }
        }
    }

    /// What became of them, if all came.
    pub(super) fn finish(self) -> Option<Raster> {
        match self {
            Self::Reducing(reduction) => reduction.finish(),
            Self::Whole { raster, rows } => (rows == raster.height()).then_some(raster),
        }
    }
}
