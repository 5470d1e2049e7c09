//! Which road a picture takes through the engine: the one place where that is decided.
//!
//! | road    | for                                                             | the pixels are                       |
//! |---------|-----------------------------------------------------------------|--------------------------------------|
//! | planes  | a JPEG whose first step reduces it                              | luma and chroma, of the result's size |
//! | raster  | a PNG whose first step reduces it                               | RGB or RGBA, of the result's size    |
//! | libvips | all else: other formats, enlargements, what must stream         | libvips' own, lazily computed        |
//!
//! The roads mean the same. What the reader of the plane road has reduced goes to the encoder as it is when nothing
//! else is asked for. Otherwise, as after the raster road, steps begin with a raster, see [`crate::frame`].

use super::Request;
use crate::{
    Format,
    codecs::{self, Source},
    language::{FormatChoice, Output, Reduction},
    planar, raster,
};
use darkroom_planes::Subsampling;

/// How a source becomes pixels.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Road {
    /// The reader carries out the first reduction, in planes.
    Planes {
        /// What it carries out.
        reduction: Reduction,
        /// Nothing else is to be done but to convert the colours, so that the planes go to the encoder.
        finished: bool,
        /// How the encoder is to have chroma.
        chroma: Subsampling,
        /// Bytes that the reader holds at most.
        memory: u64,
    },
    /// The reader carries out the first reduction, row by row.
    Raster {
        /// What it carries out.
        reduction: Reduction,
    },
    /// libvips decodes, and the steps do the rest.
    Libvips,
}

/// Which roads are open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Roads {
    /// The best one is taken.
    All,
    /// Everything goes by libvips: what the other roads are held against.
    #[cfg_attr(not(test), expect(dead_code, reason = "tests compare the roads"))]
    Libvips,
}

impl Road {
    /// For a still of `source`.
    pub(super) fn of(source: &Source, request: &Request, output: Output) -> Self {
        Self::shorter(source, request, output).unwrap_or(Self::Libvips)
    }

    fn shorter(source: &Source, request: &Request, output: Output) -> Option<Self> {
        // Metadata go from libvips' loader to its saver.
        if output.keep_metadata || source.page.is_some() {
            return None;
        }
        let size = source.upright_size();
        let reduction = request.pipeline.first_reduction(size)?;
        if raster::can_read(source) {
            return Some(Self::Raster { reduction });
        }
        if source.format != Format::Jpeg {
            return None;
        }
        let memory = planar::memory(source, &reduction, request.favour)?;
        let chroma = codecs::subsampling(output);
        let finished = stays_in_planes(output) && request.pipeline.only_reduces(size);
        Some(Self::Planes { reduction, finished, chroma, memory })
    }
}

/// Whether the encoder of every format that may be chosen takes planes.
fn stays_in_planes(output: Output) -> bool {
    let takes_planes = match output.format {
        // Of a JPEG, which has no alpha, these are chosen among AVIF, WebP and JPEG.
        FormatChoice::Auto | FormatChoice::Original => true,
        FormatChoice::As(format) => codecs::takes_planes(format),
    };
    takes_planes && !output.lossless
}
