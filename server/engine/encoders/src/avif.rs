//! AVIF from planes, by libaom.

mod av1;
mod boxes;
mod container;
mod settings;

pub use settings::Settings;

use crate::{
    EncodeError, Metadata,
    picture::{Picture, halved},
};
use av1::{Colour, Frame};
use darkroom_planes::{Plane, Planes, Subsampling};

/// Pixels that a side may have: what AV1 can say.
pub const MAXIMUM_SIDE_PX: usize = 65_536;

/// Encodes a still picture with loss: 8 bits, full range, BT.601, as the planes are; a grey picture has no chroma.
/// `alpha` is as large as the picture and not premultiplied; it becomes a grey picture beside the first, without
/// which nothing is written when all of it is opaque.
///
/// # Errors
/// [`EncodeError::Size`] above [`MAXIMUM_SIDE_PX`] pixels along a side, [`EncodeError::Mismatch`] when the planes
/// are not of one picture, and what libaom refuses.
pub fn encode(
    planes: &Planes,
    alpha: Option<&Plane>,
    settings: Settings,
    metadata: &Metadata,
) -> Result<Vec<u8>, EncodeError> {
    let Picture { luma, chroma, alpha } = Picture::check(planes, alpha, MAXIMUM_SIDE_PX)?;
    // A profile says what colours mean; the numbers must not contradict it.
    let colour = if metadata.icc.is_some() { Colour::BT601_OF_A_PROFILE } else { Colour::BT601_OF_SRGB };

    let reduced;
    let chroma = match chroma {
        Some((chroma, Subsampling::None)) if settings.subsampling == Subsampling::Both => {
            reduced = chroma.each_ref().map(halved);
            Some((&reduced, Subsampling::Both))
        }
        chroma => chroma,
    };
    let frame = Frame { luma, chroma };
    let stream = av1::encode(&frame, settings.quantiser, colour, settings)?;
    let alpha = match alpha.filter(|alpha| !opaque(alpha)) {
        Some(luma) => {
            let frame = Frame { luma, chroma: None };
            Some(av1::encode(&frame, settings.alpha_quantiser, Colour::NONE, settings)?)
        }
        None => None,
    };
    container::write(&container::Still {
        width: planes.width(),
        height: planes.height(),
        colour,
        picture: &stream,
        alpha: alpha.as_ref(),
        metadata: *metadata,
    })
}

fn opaque(alpha: &Plane) -> bool {
    (0..alpha.height()).all(|y| alpha.row(y).iter().all(|&sample| sample == u8::MAX))
}
