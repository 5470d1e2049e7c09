//! The frames of a picture: decoded, taken through the pipeline one by one, put together again.

use super::{Request, plan::Plan};
use crate::{
    Accept, Error, Limits,
    codecs::{Source, colour},
    language::{FormatChoice, Output},
    picture::Picture,
    vips::{BandFormat, Image},
};

/// Frames of equal size; one, for a still.
pub(super) struct Frames {
    images: Vec<Image>,
    /// The pixels lie in memory.
    in_memory: bool,
}

impl Frames {
    /// Decodes to what [`Picture`] promises to the steps.
    pub(super) fn decode(source: &Source, plan: &Plan, limits: &Limits) -> Result<Self, Error> {
        let image = if plan.animated { source.animation(limits)? } else { source.still(plan.scale, limits)? };
        let unreadable = |error| Error::Unreadable { reason: format!("{error}") };
        let image = if plan.in_memory { image.in_memory().map_err(unreadable)? } else { image };
        let image = if plan.animated { image } else { colour::upright(&image, source)? };
        let image = colour::normalise(&image, plan.keep_profile)?;
        let images = if plan.animated { split(&image)? } else { vec![image] };
        Ok(Self { images, in_memory: plan.in_memory })
    }

    /// Runs the pipeline on each frame; gives how the result is to be encoded too.
    pub(super) fn apply(self, request: &Request, source: &Source, limits: &Limits) -> Result<(Self, Output), Error> {
        let size = source.upright_size();
        let mut output = request.pipeline.output();
        let step = |image| {
            let decoded = Picture::new(image, size, self.in_memory, limits.clone(), request.resources.clone());
            let picture;
            (picture, output) = request.pipeline.apply(decoded)?;
            picture.check_size(picture.width(), picture.height())?;
            Ok(picture.image)
        };
        let images: Vec<Image> = self.images.into_iter().map(step).collect::<Result<_, Error>>()?;
        let size = |image: &Image| (image.width(), image.height());
        if images.iter().any(|image| size(image) != size(&images[0])) {
            let reason = "the frames would get different sizes; ask for a still picture, for example with f-png";
            return Err(Error::Impossible { parameter: "f".into(), reason: reason.into() });
        }
        let pixels = images.iter().map(|image| u64::from(image.width()) * u64::from(image.height())).sum();
        if images.len() > 1 {
            Limits::check("animation_pixels", limits.animation_pixels, pixels)?;
        }
        Ok((Self { images, in_memory: self.in_memory }, output))
    }

    pub(super) fn are_several(&self) -> bool {
        self.images.len() > 1
    }

    pub(super) fn width(&self) -> u32 {
        self.images[0].width()
    }

    pub(super) fn height(&self) -> u32 {
        self.images[0].height()
    }

    /// Whether the format has to hold transparency. Looking at the pixels costs a pass over the result, so
    /// it is done only where the answer may let a smaller format win. Alpha that hides nothing is dropped.
    pub(super) fn has_visible_alpha(&mut self, choice: FormatChoice, accept: Accept) -> Result<bool, Error> {
        if !self.images[0].has_alpha() {
            return Ok(false);
        }
        if self.are_several() || choice != FormatChoice::Auto || accept.webp || accept.avif {
            return Ok(true);
        }
        let image = self.images[0].in_memory()?;
        let opaque = if image.band_format() == BandFormat::Ushort { 65_535.0 } else { 255.0 };
        let colours = image.bands() - 1;
        let least = image.extract_bands(colours, 1)?.operation(c"min")?.build()?.double(c"out")?;
        let visible = least < opaque;
        self.images[0] = if visible { image } else { image.extract_bands(0, colours)? };
        Ok(visible)
    }

    /// One image: the frames on top of each other, with the delays of the source.
    pub(super) fn joined(self) -> Result<Image, Error> {
        if !self.are_several() {
            let still = self.images[0].edit_metadata(|edit| {
                edit.remove(c"page-height").remove(c"n-pages").remove(c"delay").remove(c"loop");
            });
            return Ok(still?);
        }
        let rows = i32::try_from(self.height()).unwrap_or(i32::MAX);
        let frames = i32::try_from(self.images.len()).unwrap_or(i32::MAX);
        let image = Image::join_frames(&self.images)?;
        Ok(image.edit_metadata(|edit| {
            edit.set_int(c"page-height", rows).set_int(c"n-pages", frames);
        })?)
    }
}

fn split(image: &Image) -> Result<Vec<Image>, Error> {
    let (width, height) = (image.width(), image.page_height());
    (0..image.frames()).map(|frame| Ok(image.extract_area(0, frame * height, width, height)?)).collect()
}
