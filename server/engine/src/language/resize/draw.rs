//! The pixels of a resize: Lanczos3 along a side that shrinks, bicubic along one that grows, in the light that
//! [`Light::of`] says.

use super::{Plan, Size, light::Light, sampling::Sampling};
use crate::{
    Error,
    language::{Colour, background::ink},
    picture::Picture,
    vips::{self, Affine, Image},
};

impl Plan {
    /// Cuts the window out and scales it to the content. `source` is the size that the plan was made for;
    /// the image is smaller when a decoder has done part of the scaling.
    pub(in crate::language) fn scale_content(&self, picture: Picture, source: Size) -> Result<Picture, Error> {
        let image = &picture.image;
        let horizontally = picture.scale_of_decoder(image.width(), source.width);
        let vertically = picture.scale_of_decoder(image.height(), source.height);
        let (left, width) = (self.window.left * horizontally, self.window.width * horizontally);
        let (top, height) = (self.window.top * vertically, self.window.height * vertically);
        let columns = Sampling::of(left, width, self.content.width, image.width());
        let rows = Sampling::of(top, height, self.content.height, image.height());
        let image = cut(image, [columns.from, rows.from], [columns.length, rows.length])?;
        let image = scaled(&image, columns, rows)?;
        let Size { width, height } = self.content;
        let image = cut(&image, [columns.offset.into(), rows.offset.into()], [width, height])?;
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
    Light::of(columns.scale, rows.scale).scaled(image, |image| {
        let image = if columns.scale < 1.0 || rows.scale < 1.0 {
            image.reduce(columns.scale.min(1.0), rows.scale.min(1.0))?
        } else {
            image.clone()
        };
        if columns.scale > 1.0 || rows.scale > 1.0 { enlarged(&image, columns, rows) } else { Ok(image) }
    })
}

/// Not by libvips' resize, which puts an enlarged image half a pixel to the right and down.
fn enlarged(image: &Image, columns: Sampling, rows: Sampling) -> vips::Result<Image> {
    let matrix = [columns.scale.max(1.0), 0.0, 0.0, rows.scale.max(1.0)];
    let map = Affine { matrix, from: (columns.start, rows.start), to: (0.0, 0.0) };
    image.affine(map, (columns.scaled, rows.scaled), true)
}

/// The rectangle at `left`, `top`; beyond the image its edge pixels go on.
fn cut(image: &Image, [left, top]: [i64; 2], [width, height]: [u32; 2]) -> Result<Image, Error> {
    if (left, top, width, height) == (0, 0, image.width(), image.height()) {
        return Ok(image.clone());
    }
    let inside = |start: i64, length: u32, all: u32| start >= 0 && start + i64::from(length) <= i64::from(all);
    if inside(left, width, image.width()) && inside(top, height, image.height()) {
        let whole = |start: i64| u32::try_from(start).unwrap_or(0);
        return Ok(image.extract_area(whole(left), whole(top), width, height)?);
    }
    let back = |start: i64| i32::try_from(-start).unwrap_or(0);
    Ok(image.embed_extend(back(left), back(top), width, height, "copy")?)
}
