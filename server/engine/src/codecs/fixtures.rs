//! Pictures for tests, drawn and encoded here.

use crate::{
    Format,
    vips::{Image, Operation},
};
use bytes::Bytes;
use image::{ExtendedColorType, ImageEncoder, ImageResult, codecs};

/// A picture whose quarters are red, green, blue and white (or half transparent), so that every turn and
/// mirror image of it is told from the others.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Drawing {
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// The last quarter is half transparent.
    pub(crate) alpha: bool,
    /// Each frame is a little darker than the one before.
    pub(crate) frames: u32,
}

impl Default for Drawing {
    fn default() -> Self {
        Self { width: 64, height: 48, alpha: false, frames: 1 }
    }
}

impl Drawing {
    pub(crate) const RED: [u8; 3] = [250, 10, 20];
    pub(crate) const GREEN: [u8; 3] = [10, 240, 30];
    pub(crate) const BLUE: [u8; 3] = [20, 30, 230];
    pub(crate) const LAST: [u8; 3] = [255, 255, 255];

    pub(crate) fn pixels(&self) -> Vec<u8> {
        let mut pixels = Vec::new();
        for row in 0..self.height * self.frames {
            let (frame, row) = (row / self.height, row % self.height);
            for column in 0..self.width {
                let colour = match (column * 2 < self.width, row * 2 < self.height) {
                    (true, true) => Self::RED,
                    (false, true) => Self::GREEN,
                    (true, false) => Self::BLUE,
                    (false, false) => Self::LAST,
                };
                let darker = u8::try_from(frame * 5).expect("few frames");
                pixels.extend(colour.map(|number| number.saturating_sub(darker)));
                if self.alpha {
                    pixels.push(if colour == Self::LAST { 128 } else { 255 });
                }
            }
        }
        pixels
    }

    pub(crate) fn image(&self) -> Image {
        let pixels = Bytes::from(self.pixels());
        let bands = if self.alpha { 4 } else { 3 };
        let image = Image::from_memory(pixels, self.width, self.height * self.frames, bands).expect("an image");
        let rows = i32::try_from(self.height).expect("a small image");
        let delays = vec![70; usize::try_from(self.frames).expect("few")];
        let edited = image.edit_metadata(|edit| {
            if self.frames > 1 {
                edit.set_int(c"page-height", rows).set_array_int(c"delay", &delays).set_int(c"loop", 0);
            }
        });
        edited.expect("metadata")
    }

    /// The drawing as a file of that format, at the best quality; `None` where no encoder is at hand.
    pub(crate) fn encoded(&self, format: Format) -> Option<Bytes> {
        let save = |saver| self.image().operation(saver);
        let done = |save: Operation| save.run_buffer().expect("encodes");
        Some(match format {
            Format::Jpeg => done(save(c"jpegsave_buffer").ok()?.int(c"Q", 100)),
            Format::Png => done(save(c"pngsave_buffer").ok()?),
            Format::Webp => done(save(c"webpsave_buffer").ok()?.bool(c"lossless", true)),
            Format::Gif => done(save(c"gifsave_buffer").ok()?),
            Format::Avif => {
                done(save(c"heifsave_buffer").ok()?.string(c"compression", "av1").int(c"Q", 95).int(c"effort", 0))
            }
            Format::Heic => {
                save(c"heifsave_buffer").ok()?.string(c"compression", "hevc").int(c"Q", 95).run_buffer().ok()?
            }
            Format::Tiff => done(save(c"tiffsave_buffer").ok()?),
            Format::Bmp => self.by_image_crate(|file, pixels, kind| {
                codecs::bmp::BmpEncoder::new(file).write_image(pixels, self.width, self.height, kind)
            }),
            Format::Ico => self.by_image_crate(|file, pixels, kind| {
                codecs::ico::IcoEncoder::new(file).write_image(pixels, self.width, self.height, kind)
            }),
            Format::Svg => self.svg(),
        })
    }

    fn by_image_crate(&self, encode: impl FnOnce(&mut Vec<u8>, &[u8], ExtendedColorType) -> ImageResult<()>) -> Bytes {
        let mut file = Vec::new();
        let kind = if self.alpha { ExtendedColorType::Rgba8 } else { ExtendedColorType::Rgb8 };
        encode(&mut file, &self.pixels(), kind).expect("encodes");
        Bytes::from(file)
    }

    fn svg(&self) -> Bytes {
        let (width, height) = (self.width, self.height);
        let opacity = if self.alpha { 0.5 } else { 1.0 };
        Bytes::from(format!(
            "<svg xmlns='http://www.w3.org/2000/svg' width='{width}' height='{height}' viewBox='0 0 2 2' \
             preserveAspectRatio='none' shape-rendering='crispEdges'><path fill='rgb(250,10,20)' d='M0 0h1v1H0z'/>\
             <path fill='rgb(10,240,30)' d='M1 0h1v1H1z'/><path fill='rgb(20,30,230)' d='M0 1h1v1H0z'/>\
             <path fill='white' fill-opacity='{opacity}' d='M1 1h1v1H1z'/></svg>"
        ))
    }
}
