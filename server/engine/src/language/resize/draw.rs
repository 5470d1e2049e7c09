//! The pixels of a resize: Lanczos3 along a side that shrinks, bicubic along one that grows, in the light that
//! [`Light::of`] says.

use super::{Plan, Size, light::Light, sampling::Sampling};
use crate::{
    Error,
    language::{Colour, background::on_canvas},
    picture::Picture,
    vips::{self, Affine, Image},
};
use darkroom_planes::{Filter, Raster, Reduction, Window};

impl Plan {
    /// Cuts the window out and scales it to the content. `source` is the size that the plan was made for;
    /// the image is smaller when a decoder has done part of the scaling.
    pub(in crate::language) fn scale_content(&self, picture: Picture, source: Size) -> Result<Picture, Error> {
        let horizontally = picture.scale_of_decoder(picture.width(), source.width);
        let vertically = picture.scale_of_decoder(picture.height(), source.height);
        let (left, width) = (self.window.left * horizontally, self.window.width * horizontally);
        let (top, height) = (self.window.top * vertically, self.window.height * vertically);
        if let Some(raster) = picture.raster()
            && let Some(reduced) = reduced(raster, Window { left, top, width, height }, self.content)
        {
            return Ok(picture.with_raster(reduced));
        }
        let image = &picture.image()?;
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
        on_canvas(picture, (self.left, self.top), self.canvas, colour)
    }
}

/// The window of a raster, where nothing grows.
#[allow(clippy::float_cmp)] // exactly as many when no pixel is scaled
fn reduced(raster: &Raster, window: Window, content: Size) -> Option<Raster> {
    let (width, height) = (content.width as usize, content.height as usize);
    let (across, down) = (f64::from(content.width) / window.width, f64::from(content.height) / window.height);
    if across == 1.0 && down == 1.0 {
        let place = |start: f64, length: usize, all: usize| {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // checked to be a place
            let whole = start.max(0.0) as usize;
            #[allow(clippy::cast_precision_loss)] // a side
            (whole as f64 == start && whole + length <= all).then_some(whole)
        };
        let (left, top) = (place(window.left, width, raster.width())?, place(window.top, height, raster.height())?);
        return Some(raster.cut(left, top, width, height));
    }
    if across > 1.0 || down > 1.0 || Light::of(across, down) != Light::Linear {
        return None;
    }
    let size = (raster.width(), raster.height());
    let mut reduction = Reduction::new(raster.channels(), size, window, Filter::Lanczos3, (width, height));
    let mut rows = (0..raster.height()).map(|y| raster.row(y));
    while reduction.wants_rows() {
        reduction.push_row(rows.next()?);
    }
    reduction.finish()
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
