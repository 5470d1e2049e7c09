//! Where to look when a part of a picture is cut out: pixels in, a region out.
//!
//! It knows nothing of the language: which part of a URL asks for what is the resize's business. It looks at
//! a small copy, so its cost hardly depends on the picture: a few milliseconds for what catches the eye,
//! some fifty for faces. The same pixels give the same region, always.

mod area;
mod face;
mod findings;
mod framing;
mod saliency;

pub use area::{Area, InvalidArea};
pub(crate) use findings::Findings;
pub(crate) use framing::{around, around_faces};

use crate::{
    Error,
    vips::{Image, Kernel},
};

/// A rectangle in pixels of a picture. Its edges may lie inside a pixel; a face's may lie outside the picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Region {
    pub(crate) left: f64,
    pub(crate) top: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

/// The longer side of the copy in which the eye is followed, in pixels.
const EYE_SIDE_PX: u32 = 160;

/// The window of this size, in pixels of the image, that shows what catches the eye most. The pixels must be
/// readable twice.
pub(crate) fn salient(image: &Image, (width, height): (f64, f64)) -> Result<Region, Error> {
    let (copy, scale) = small(image, EYE_SIDE_PX, false)?;
    let lab = copy.colourspace("lab")?.to_memory()?;
    let (columns, rows) = (copy.width() as usize, copy.height() as usize);
    let (left, top) = saliency::best_window(&lab, columns, rows, (width * scale.0, height * scale.1));
    Ok(Region { left: left / scale.0, top: top / scale.1, width, height })
}

/// The faces that the image shows, the surest first; boxes from the brow to the chin. The pixels must be
/// readable twice.
pub(crate) fn faces(image: &Image) -> Result<Vec<Region>, Error> {
    let (copy, (across, down)) = small(image, face::SIDE, true)?;
    let found = face::find(&copy.to_memory()?, copy.width() as usize, copy.height() as usize);
    let in_image = |face: Region| Region {
        left: face.left / across,
        top: face.top / down,
        width: face.width / across,
        height: face.height / down,
    };
    Ok(found.into_iter().map(in_image).collect())
}

/// An opaque sRGB copy whose longer side has `side` pixels, and its scales along both axes. Smaller images
/// are copied as they are unless they are to be `enlarged`.
fn small(image: &Image, side: u32, enlarged: bool) -> Result<(Image, (f64, f64)), Error> {
    let (width, height) = (f64::from(image.width()), f64::from(image.height()));
    let scale = f64::from(side) / width.max(height);
    let scale = if enlarged { scale } else { scale.min(1.0) };
    let (across, down) = ((width * scale).round().max(1.0) / width, (height * scale).round().max(1.0) / height);
    // What is transparent must look like nothing: a middle grey differs little from anything.
    let image = image.flatten(&[128.0])?;
    let image = if scale < 1.0 || enlarged { image.resize(across, down, Kernel::Cubic)? } else { image };
    let image = image.operation(c"copy")?.string(c"interpretation", "srgb").run()?;
    Ok((image.in_memory()?, (across, down)))
}

#[cfg(test)]
pub(crate) mod tests;
