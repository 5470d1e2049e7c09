//! Encoded bytes to pixels and back: one file per format or family.
//!
//! A source is opened by the loader of the format that its magic bytes say, never by name or by libvips'
//! own guess, and its header is held against the limits before a pixel is decoded.
//!
//! Damaged sources: what can be decoded is served, as browsers do; a JPEG whose last rows are missing shows
//! grey there. A source without a readable header, or one whose decoder gives up, is
//! [`Error::Unreadable`].

mod bitmap;
pub(crate) mod colour;
mod cost;
mod encode;
mod exif;
mod gif;
mod header;
mod heif;
pub(crate) mod jpeg;
mod lossy;
mod original;
mod pixels;
mod png;
mod profile;
mod svg;
mod to_srgb;
mod webp;

pub(crate) use colour::EmbeddedProfile;
pub(crate) use cost::{Cost, encoding as cost_of_encoding};
pub(crate) use encode::{COMPARED_PIXELS, Encoding, asked_quality, encode, quality_of_source};
pub(crate) use lossy::{subsampling, takes_planes};
pub(crate) use original::{Keep, original};
pub(crate) use pixels::{Pixels, Tagged, Tags};
pub(crate) use png::{Indexed, MAX_COLOURS};
pub(crate) use to_srgb::{planes_to_srgb, to_srgb};

use crate::{
    Error, Format, Limits,
    language::Size,
    vips::{Image, Operation, VipsError},
};
use bytes::Bytes;
use header::Header;
use std::cell::{Cell, OnceCell};

/// A source image whose header has been read and is within the limits.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) bytes: Bytes,
    pub(crate) format: Format,
    pub(crate) header: Header,
    /// What libvips opened; nothing as long as the header was read without it and no pixel was asked for.
    image: OnceCell<Image>,
    /// Whether the pixels of `image` are read, or will be.
    is_read: Cell<bool>,
    /// The page or frame that was opened, counted from 1, when it was asked for by number.
    pub(crate) page: Option<u32>,
    /// What the colours mean, if the file says so.
    pub(crate) profile: Option<EmbeddedProfile>,
}

/// Opens a source at its main picture, or the first frame.
///
/// # Errors
/// [`Error::Unreadable`], [`Error::TooLarge`].
pub(crate) fn open(bytes: Bytes, limits: &Limits) -> Result<Source, Error> {
    open_at(bytes, None, limits)
}

/// Opens a source at a page or frame of it, counted from 1.
///
/// # Errors
/// As [`open`], and [`Error::Impossible`] for a page that is not there.
pub(crate) fn open_at(bytes: Bytes, page: Option<u32>, limits: &Limits) -> Result<Source, Error> {
    let head = &bytes[..bytes.len().min(4096)];
    let format = Format::sniff(head)
        .ok_or_else(|| Error::Unreadable { reason: "it is not an image in a format that Darkroom reads".into() })?;
    match format {
        Format::Jpeg => jpeg::check_scans(&bytes)?,
        Format::Svg => Limits::check("svg_bytes", limits.svg_bytes, bytes.len() as u64)?,
        Format::Bmp => bitmap::check(format, &bytes, limits)?,
        Format::Ico if bitmap::png_of_icon(&bytes).is_none() => {
            bitmap::check(format, &bytes, limits)?;
        }
        Format::Ico | Format::Png | Format::Webp | Format::Gif | Format::Avif | Format::Heic | Format::Tiff => {}
    }
    let read = match format {
        Format::Jpeg => jpeg::header(&bytes),
        Format::Png => png::header(&bytes),
        Format::Webp
        | Format::Gif
        | Format::Avif
        | Format::Heic
        | Format::Tiff
        | Format::Bmp
        | Format::Ico
        | Format::Svg => None,
    };
    let (mut header, mut image) = if let Some(header) = read {
        (header, OnceCell::new())
    } else {
        let image = first_image(format, &bytes)?;
        (Header::of(&image), OnceCell::from(image))
    };
    if let Some(page) = page {
        check_page(format, &header, page, limits)?;
        // Pages may differ in size, so from here on everything is about the one that was asked for.
        if header.frames > 1 {
            let frames = header.frames;
            let opened = page_image(format, &bytes, page)?;
            (header, image) = (Header { frames, ..Header::of(&opened) }, OnceCell::from(opened));
        }
    }
    let profile = header.profile.take().map(EmbeddedProfile::of);
    let source = Source { bytes, format, header, image, is_read: Cell::new(false), page, profile };
    source.check(limits)?;
    Ok(source)
}

/// The main picture or first frame, as libvips opens it: lazily decoded, own size, as the file has it.
fn first_image(format: Format, bytes: &Bytes) -> Result<Image, Error> {
    let load = |format, bytes| loader(format, bytes, None).and_then(Operation::run).map_err(unreadable);
    match format {
        Format::Bmp => bitmap::decode(format, bytes),
        Format::Ico => match bitmap::png_of_icon(bytes) {
            Some(png) => load(Format::Png, png),
            None => bitmap::decode(format, bytes),
        },
        Format::Jpeg
        | Format::Png
        | Format::Webp
        | Format::Gif
        | Format::Avif
        | Format::Heic
        | Format::Tiff
        | Format::Svg => load(format, bytes.clone()),
    }
}

/// The same of a page or frame, counted from 1.
fn page_image(format: Format, bytes: &Bytes, page: u32) -> Result<Image, Error> {
    loader(format, bytes.clone(), Some(page)).and_then(Operation::run).map_err(unreadable)
}

impl Source {
    /// The lazily decoded image: one frame, own size, as the file has it.
    ///
    /// # Errors
    /// [`Error::Unreadable`] when libvips cannot read what the header promised.
    pub(crate) fn image(&self) -> Result<&Image, Error> {
        if let Some(image) = self.image.get() {
            return Ok(image);
        }
        let image = first_image(self.format, &self.bytes)?;
        if (image.width(), image.height()) != (self.header.width, self.header.height) {
            return Err(Error::Unreadable { reason: "it names two sizes".into() });
        }
        Ok(self.image.get_or_init(|| image))
    }

    /// The same for somebody who reads its pixels. libvips' loaders give them once, from the top.
    fn unread_image(&self) -> Result<Image, Error> {
        let is_held = self.format == Format::Bmp;
        if is_held || !self.is_read.replace(true) {
            return self.image().cloned();
        }
        match self.page.filter(|_| self.header.frames > 1) {
            Some(page) => page_image(self.format, &self.bytes, page),
            None => first_image(self.format, &self.bytes),
        }
    }

    /// Pixels per inch, by what libvips assumes where the file does not say.
    ///
    /// # Errors
    /// As [`Source::image`], which is asked where the header is not clear.
    pub(crate) fn density(&self) -> Result<f64, Error> {
        self.header.density.map_or_else(|| Ok(self.image()?.density()), Ok)
    }

    /// The size in pixels of one frame, upright.
    pub(crate) fn upright_size(&self) -> Size {
        let Header { width, height, orientation, .. } = self.header;
        if orientation >= 5 { Size { width: height, height: width } } else { Size { width, height } }
    }

    /// The page or frame that was opened. `scale` is how much the first step will scale it; where the format allows it the
    /// decoder does a part of that, but leaves at least a factor of 2 to the better resampling.
    pub(crate) fn still(&self, scale: Option<f64>, limits: &Limits) -> Result<Image, Error> {
        let load = || loader(self.format, self.bytes.clone(), self.page.filter(|_| self.header.frames > 1));
        let scaled = match (self.format, scale) {
            (Format::Jpeg, Some(_)) => jpeg::load_shrunk(load, self.shrink(scale)),
            (Format::Webp, Some(scale)) => webp::load_shrunk(load, shrink(scale)),
            (Format::Svg, scale) => return svg::load(load, &self.unread_image()?, scale, limits),
            _ => Ok(None),
        };
        scaled.map_err(unreadable)?.map_or_else(|| self.unread_image(), Ok)
    }

    /// By how much [`Source::still`] lets a JPEG decoder divide both sides; 1 for other formats, whose
    /// decoders scale the whole image to the size that was asked for.
    pub(crate) fn shrink(&self, scale: Option<f64>) -> u32 {
        let Some(scale) = scale.filter(|_| self.format == Format::Jpeg) else {
            return 1;
        };
        // A rest that makes no whole pixel is cut off at the right and bottom of the stored image, which are
        // other sides of one that has to be turned.
        let Header { width, height, orientation, .. } = self.header;
        let divides = |factor: &u32| orientation == 1 || (width % factor == 0 && height % factor == 0);
        SHRINKS.into_iter().filter(divides).find(|factor| leaves_enough(*factor, scale)).unwrap_or(1)
    }

    /// All frames on top of each other.
    pub(crate) fn animation(&self, limits: &Limits) -> Result<Image, Error> {
        let (width, height) = (u64::from(self.header.width), u64::from(self.header.height));
        let frames = u64::from(self.header.frames);
        Limits::check("animation_frames", limits.animation_frames.into(), frames)?;
        Limits::check("animation_pixels", limits.animation_pixels, width * height * frames)?;
        let load = loader(self.format, self.bytes.clone(), None).map_err(unreadable)?;
        load.int(c"n", -1).run().map_err(unreadable)
    }

    fn check(&self, limits: &Limits) -> Result<(), Error> {
        if self.format == Format::Svg {
            return Ok(()); // its own size means nothing until it is rendered
        }
        let Header { width, height, .. } = self.header;
        let pixels = u64::from(width) * u64::from(height);
        Limits::check("input_side_px", limits.input_side_px.into(), width.max(height).into())?;
        if self.streams() {
            Limits::check("input_pixels", limits.input_pixels, pixels)
        } else {
            Limits::check("input_pixels_unstreamable", limits.input_pixels_unstreamable, pixels)
        }
    }

    /// Whether the file can be read in strips from the top.
    fn streams(&self) -> bool {
        self.format.capabilities().streams && !self.header.is_interlaced
    }
}

/// Refuses a page that the source does not have, and a frame far down an animation: to give one, decoders
/// draw all that come before it.
fn check_page(format: Format, first: &Header, page: u32, limits: &Limits) -> Result<(), Error> {
    let frames = first.frames;
    if page > frames {
        let reason = if frames == 1 {
            "the source has 1 page".to_owned()
        } else {
            format!("the source has {frames} pages, and page {page} was asked for")
        };
        return Err(Error::Impossible { parameter: "pg".into(), reason });
    }
    if format.capabilities().animation {
        let pixels = u64::from(first.width) * u64::from(first.height) * u64::from(page);
        Limits::check("animation_frames", limits.animation_frames.into(), page.into())?;
        Limits::check("animation_pixels", limits.animation_pixels, pixels)?;
    }
    Ok(())
}

/// The loader of a format, told that pixels are read once, from the top. A `page` is for formats whose
/// loader knows pages.
fn loader(format: Format, bytes: Bytes, page: Option<u32>) -> Result<Operation, VipsError> {
    let name = format.capabilities().loader.unwrap_or(c"no_loader");
    let load = Operation::new(name)?.blob(c"buffer", bytes).string(c"access", "sequential").string(c"fail-on", "none");
    Ok(match page {
        Some(page) => load.int(c"page", i32::try_from(page.saturating_sub(1)).unwrap_or(i32::MAX)),
        None => load,
    })
}

/// By how much decoders can divide both sides.
const SHRINKS: [u32; 3] = [8, 4, 2];

/// By how much a decoder may shrink.
fn shrink(scale: f64) -> u32 {
    SHRINKS.into_iter().find(|factor| leaves_enough(*factor, scale)).unwrap_or(1)
}

/// Whether a factor of at least 2 is left. Decoders shrink with a box, which alone would blur and alias;
/// Lanczos on twice the size hides that.
fn leaves_enough(factor: u32, scale: f64) -> bool {
    f64::from(factor) * 2.0 * scale <= 1.0
}

#[allow(clippy::needless_pass_by_value)] // for `map_err`
fn unreadable(error: VipsError) -> Error {
    match error {
        VipsError::Failed(reason) => Error::Unreadable { reason },
        VipsError::Missing(_) => error.into(), // which is not the source's fault
    }
}

#[cfg(test)]
pub(crate) mod fixtures;
#[cfg(test)]
mod tests;
