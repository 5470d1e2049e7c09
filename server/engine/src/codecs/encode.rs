//! Pixels to encoded bytes.

use super::{
    Indexed, Keep, Pixels, Source, Tagged, Tags,
    colour::PROFILE,
    gif, heif, jpeg, lossy,
    png::{self, Effort},
    webp,
};
use crate::{
    Error, Favour, Format,
    language::Output,
    vips::{Image, Operation, Result},
};
use bytes::Bytes;
use darkroom_planes::Raster;
use std::{
    ffi::{CStr, CString},
    sync::Arc,
};

/// Pixels up to which several files are written of a picture and the smallest goes out.
///
/// WebP beside AVIF adds a quarter to the time of AVIF alone, and wins for one photo of twenty. On larger
/// pictures that is not worth the time.
pub(crate) const COMPARED_PIXELS: u64 = 262_144;

/// How to encode.
#[derive(Debug, Clone, Copy)]
#[allow(clippy::struct_excessive_bools)] // each is a parameter of the language
pub(crate) struct Encoding {
    /// On the scale of JPEG, 1 to 100.
    pub(crate) quality: u8,
    /// The quality of the JPEG that the picture comes from, where the result need not be better: each format
    /// has a number of its own for that.
    pub(crate) source_quality: Option<u8>,
    /// For PNG: reduces the colours, on the scale of JPEG. `None` keeps all.
    pub(crate) palette_quality: Option<u8>,
    pub(crate) lossless: bool,
    /// How much the encoders try.
    pub(crate) favour: Favour,
    pub(crate) progressive: bool,
    pub(crate) keep_profile: bool,
    pub(crate) keep_metadata: bool,
    /// Pixels per inch; `None` leaves what the image says.
    pub(crate) density: Option<u16>,
}

/// Quality when the URL does not say.
const DEFAULT_QUALITY: u8 = 80;

/// The quality that is asked for, from 1 to 100.
pub(crate) fn asked_quality(output: Output) -> u8 {
    output.quality.unwrap_or(DEFAULT_QUALITY)
}

/// The quality of a JPEG source, where the result need not be better. What the URL says is obeyed, whatever the source
/// was.
pub(crate) fn quality_of_source(source: &Source, output: Output) -> Option<u8> {
    if output.quality.is_none() && source.format == Format::Jpeg { jpeg::quality(&source.bytes) } else { None }
}

impl Encoding {
    /// What the encoders favour.
    pub(super) fn profile_of_encoders(&self) -> darkroom_encoders::Profile {
        match self.favour {
            Favour::Quality => darkroom_encoders::Profile::Default,
            Favour::Speed => darkroom_encoders::Profile::Speed,
        }
    }
}

/// Encodes; what the format cannot hold is laid on white. `indexed` is the same picture in numbers of
/// colours, when it has few.
pub(crate) fn encode(
    pixels: &Pixels,
    format: Format,
    encoding: Encoding,
    indexed: Option<&Indexed>,
) -> std::result::Result<Bytes, Error> {
    let is_ours = can_write(format, encoding, indexed);
    match pixels {
        Pixels::Planes { planes, profile } if lossy::can_write_planes(format, encoding) => {
            lossy::encode_planes(planes, None, profile.as_deref(), format, encoding)
        }
        Pixels::Planes { planes, profile } => {
            let tags = Tags { profile: profile.as_deref().map(Arc::from), ..Tags::default() };
            let tagged = Tagged { raster: Arc::new(planes.to_raster()), tags };
            encode(&Pixels::Raster(tagged), format, encoding, indexed)
        }
        Pixels::Raster(tagged) if is_ours => encode_raster(tagged, format, encoding, indexed),
        Pixels::Raster(tagged) => encode_image(&tagged.image()?, format, encoding, indexed),
        Pixels::Image(image) if is_ours && image.frames() == 1 && image.bands() <= 4 => {
            encode_raster(&Tagged::of(image)?, format, encoding, indexed)
        }
        Pixels::Image(image) => encode_image(image, format, encoding, indexed),
    }
}

/// Whether our own encoders write everything that is asked for, of a still. What they do not know is left to libvips:
/// metadata, AVIF without loss, PNG in several passes or with fewer colours than there are, and a density where only
/// EXIF holds one.
fn can_write(format: Format, encoding: Encoding, indexed: Option<&Indexed>) -> bool {
    let is_known = match format {
        Format::Webp if encoding.lossless => encoding.density.is_none(),
        Format::Png => !encoding.progressive && (encoding.palette_quality.is_none() || indexed.is_some()),
        Format::Jpeg | Format::Webp | Format::Avif => lossy::can_write_planes(format, encoding),
        Format::Gif | Format::Heic | Format::Tiff | Format::Bmp | Format::Ico | Format::Svg => false,
    };
    is_known && !encoding.keep_metadata
}

/// By our own encoders.
fn encode_raster(
    Tagged { raster, tags }: &Tagged,
    format: Format,
    encoding: Encoding,
    indexed: Option<&Indexed>,
) -> std::result::Result<Bytes, Error> {
    let on_white = |raster: &Raster| raster.clone().flattened([255; 3]);
    let flat = (raster.channels().has_alpha() && !format.capabilities().alpha).then(|| on_white(raster));
    let raster = flat.as_ref().unwrap_or(raster);
    let tags = Tags {
        profile: tags.profile.clone().filter(|_| encoding.keep_profile),
        density: encoding.density.map_or(tags.density, f64::from),
    };
    match (format, indexed) {
        (Format::Png, Some(indexed)) => png::exact(raster, &tags, indexed),
        (Format::Png, None) => png::write(raster, &tags, Effort::Fast),
        (Format::Webp, _) if encoding.lossless => webp::exact(raster, tags.profile.as_deref()),
        _ => {
            let planes = raster.to_planes(lossy::subsampling_at(encoding.quality));
            lossy::encode_planes(&planes, raster.alpha().as_ref(), tags.profile.as_deref(), format, encoding)
        }
    }
}

/// By libvips.
fn encode_image(
    image: &Image,
    format: Format,
    encoding: Encoding,
    indexed: Option<&Indexed>,
) -> std::result::Result<Bytes, Error> {
    let Some(saver) = format.capabilities().saver else {
        return Err(Error::Internal(format!("{format:?} is never written")));
    };
    let image = if format.capabilities().alpha { image.clone() } else { image.flatten(&[255.0; 3])? };
    let image = carry(&image, encoding)?;
    let write = |image: &Image, encoding| {
        let save = keep(image.operation(saver)?, format, encoding);
        let save = match format {
            Format::Jpeg => jpeg::save(save, encoding),
            Format::Png => png::save(save, encoding),
            Format::Webp => webp::save(save, encoding, image.frames() > 1),
            Format::Gif => gif::save(save, encoding),
            Format::Avif => heif::save(save, encoding),
            Format::Heic | Format::Tiff | Format::Bmp | Format::Ico | Format::Svg => save,
        };
        save.run_buffer().map(|file| less_inventions(file, format, encoding))
    };
    match (indexed, encoding.density) {
        (Some(indexed), _) if format == Format::Png => {
            let without_palette = Encoding { palette_quality: None, ..encoding };
            png::exact_by(indexed, &image, |image| write(image, without_palette))
        }
        (_, Some(density)) if format == Format::Jpeg => Ok(jpeg::with_density(&write(&image, encoding)?, density)),
        _ => Ok(write(&image, encoding)?),
    }
}

const BLOBS: [&CStr; 4] = [c"exif-data", c"xmp-data", c"iptc-data", c"photoshop-data"];

/// libvips invents an EXIF (orientation, resolution, size) where an image has none: into every WebP before
/// 8.15, into others beside a profile. Of a small picture it would be a fifth of the bytes.
fn less_inventions(file: Bytes, format: Format, encoding: Encoding) -> Bytes {
    let keep = Keep { profile: encoding.keep_profile, metadata: false };
    let stripped = match format {
        _ if encoding.keep_metadata => None,
        Format::Jpeg if keep.profile => jpeg::strip(&file, keep),
        Format::Png if keep.profile => png::strip(&file, keep),
        Format::Webp if encoding.density.is_none() => webp::strip(&file, keep),
        _ => None,
    };
    stripped.unwrap_or(file)
}

/// Leaves on the image exactly the metadata that are to be written. They have come through the steps:
/// libvips hands them from an operation's (first) input to its output.
fn carry(image: &Image, encoding: Encoding) -> Result<Image> {
    let image = match encoding.density {
        // libvips counts in pixels per millimetre.
        Some(density) => {
            let density = f64::from(density) / 25.4;
            image.operation(c"copy")?.double(c"xres", density).double(c"yres", density).run()?
        }
        None => image.clone(),
    };
    let fields = image.fields();
    image.edit_metadata(|edit| {
        if encoding.density.is_some() {
            edit.set_string(c"resolution-unit", c"in");
        }
        if !encoding.keep_profile {
            edit.remove(PROFILE);
        }
        if encoding.keep_metadata {
            // The pixels are upright now, whatever the source's EXIF says.
            edit.set_int(c"orientation", 1).remove(c"exif-ifd0-Orientation");
        } else {
            for name in BLOBS {
                edit.remove(name);
            }
            for field in fields.iter().filter(|field| is_comment(field)) {
                edit.remove(field);
            }
        }
    })
}

/// Texts that savers write out again.
fn is_comment(field: &CString) -> bool {
    let field = field.to_bytes();
    [&b"exif-"[..], b"png-comment-", b"jpeg-", b"gif-comment"].iter().any(|prefix| field.starts_with(prefix))
}

/// Tells the saver what may go out. Before libvips 8.15 that is all or nothing, but all is then what
/// [`carry`] has left.
///
/// WebP and AVIF have no place for a density but EXIF, of which libvips then writes one that says nothing
/// else.
fn keep(save: Operation, format: Format, encoding: Encoding) -> Operation {
    const EXIF: i32 = 1;
    const ICC: i32 = 8;
    const ALL: i32 = 31;
    let density = encoding.density.is_some() && matches!(format, Format::Webp | Format::Avif);
    if save.has(c"keep") {
        let profile = if encoding.keep_profile { ICC } else { 0 };
        let exif = if density { EXIF } else { 0 };
        return save.int(c"keep", if encoding.keep_metadata { ALL } else { profile | exif });
    }
    save.bool(c"strip", !encoding.keep_metadata && !encoding.keep_profile && !density)
}
