//! The pixels of a resize: Lanczos3 on the gamma-encoded values that the source holds, as browsers scale.

use super::{Plan, Size, sampling::Sampling};
use crate::{
    Error,
    language::{Colour, alpha::premultiplied, background::ink},
    picture::Picture,
    vips::{Image, Kernel},
};

impl Plan {
    /// Cuts the window out and scales it to the content. `source` is the size that the plan was made for;
    /// the image is smaller when a decoder has done part of the scaling.
    pub(in crate::language) fn scale_content(&self, picture: Picture, source: Size) -> Result<Picture, Error> {
        let image = &picture.image;
        let horizontally = f64::from(image.width()) / f64::from(source.width);
        let vertically = f64::from(image.height()) / f64::from(source.height);
        let (left, width) = (self.window.left * horizontally, self.window.width * horizontally);
        let (top, height) = (self.window.top * vertically, self.window.height * vertically);
        let columns = Sampling::of(left, width, self.content.width, image.width());
        let rows = Sampling::of(top, height, self.content.height, image.height());
        let image = cut(image, [columns.from, rows.from, columns.length, rows.length])?;
        let image = scaled(&image, columns, rows)?;
        let Size { width, height } = self.content;
        let image = cut(&image, [columns.offset, rows.offset, width, height])?;
        Ok(picture.with(image))
    }

    /// Puts the content on the canvas.
    pub(in crate::language) fn pad(&self, picture: Picture, colour: Colour) -> Result<Picture, Error> {
        if self.canvas == self.content {
            return Ok(picture);
        }
        let (image, ink) = ink(&picture.image, colour)?;
        let offset = |pixels: u32| i32::try_from(pixels).unwrap_or(i32::MAX);
        let image = image.embed(offset(self.left), offset(self.top), self.canvas.width, self.canvas.height, &ink)?;
        Ok(picture.with(image))
    }
}

#[allow(clippy::float_cmp)] // exactly 1 when no pixel is scaled
fn scaled(image: &Image, columns: Sampling, rows: Sampling) -> Result<Image, Error> {
    if columns.scale == 1.0 && rows.scale == 1.0 {
        return Ok(image.clone());
    }
    premultiplied(image, |image| image.resize(columns.scale, rows.scale, Kernel::Lanczos3))
}

fn cut(image: &Image, [left, top, width, height]: [u32; 4]) -> Result<Image, Error> {
    if (width, height) == (image.width(), image.height()) {
        return Ok(image.clone());
    }
    Ok(image.extract_area(left, top, width, height)?)
}
