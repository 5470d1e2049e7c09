//! JPEG, lossy WebP and AVIF from planes, by encoders that do not depend on what the system has installed.

use super::{Encoding, encode::asked_quality, heif, jpeg, webp};
use crate::{Error, Format, language::Output};
use bytes::Bytes;
use darkroom_encoders as encoders;
use darkroom_planes::{Plane, Planes, Subsampling};

/// From this quality on colours are kept at every pixel.
const FULL_CHROMA_QUALITY: u8 = 90;

/// Whether the encoder of a format takes planes.
pub(crate) fn takes_planes(format: Format) -> bool {
    matches!(format, Format::Jpeg | Format::Webp | Format::Avif)
}

/// How chroma is written at the quality that is asked for. A JPEG source of less quality has it halved already, mostly.
pub(crate) fn subsampling(output: Output) -> Subsampling {
    subsampling_at(asked_quality(output))
}

pub(super) fn subsampling_at(quality: u8) -> Subsampling {
    if quality < FULL_CHROMA_QUALITY { Subsampling::Both } else { Subsampling::None }
}

/// Whether these encoders write everything that is asked for, of a still without metadata. What they do not know is
/// WebP and AVIF without loss, and a density where only EXIF holds one.
pub(super) fn can_write_planes(format: Format, encoding: Encoding) -> bool {
    let loss = format == Format::Jpeg || !encoding.lossless;
    let density = format == Format::Jpeg || encoding.density.is_none();
    takes_planes(format) && loss && density
}

/// Writes planes.
pub(super) fn encode_planes(
    planes: &Planes,
    alpha: Option<&Plane>,
    profile: Option<&[u8]>,
    format: Format,
    encoding: Encoding,
) -> Result<Bytes, Error> {
    let failed = |error: String| Error::Internal(format!("{format:?} could not be written: {error}"));
    let metadata = encoders::Metadata { icc: profile, exif: None, xmp: None };
    let file = match format {
        Format::Jpeg => {
            darkroom_jpeg::encode(planes, &jpeg::settings(encoding, profile)).map_err(|error| failed(error.to_string()))
        }
        Format::Webp => encoders::webp::encode(planes, alpha, webp::settings(encoding), &metadata)
            .map_err(|error| failed(error.to_string())),
        Format::Avif => encoders::avif::encode(planes, alpha, heif::settings(encoding), &metadata)
            .map_err(|error| failed(error.to_string())),
        Format::Png | Format::Gif | Format::Heic | Format::Tiff | Format::Bmp | Format::Ico | Format::Svg => {
            Err(failed("its encoder takes no planes".into()))
        }
    };
    file.map(Bytes::from)
}
