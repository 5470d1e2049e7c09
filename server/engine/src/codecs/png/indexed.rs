//! A picture of at most 256 colours, as a PNG with a palette. No pixel changes.
//!
//! libvips would search for a palette of its own and need not find the exact one.

use super::chunks::{self, SIGNATURE, chunks};
use darkroom_planes::{Channels, Raster};
use flate2::{Compression, write::ZlibEncoder};
use std::io::{self, Write};

/// The most colours that a palette holds.
pub(crate) const MAX_COLOURS: usize = 256;

/// Pixels as numbers of colours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Indexed {
    /// Pixels per row; there is at least one.
    pub(crate) width: usize,
    /// Red, green, blue and alpha; 1 to [`MAX_COLOURS`] of them.
    pub(crate) colours: Vec<[u8; 4]>,
    /// One number of a colour per pixel, in rows from the top.
    pub(crate) indices: Vec<u8>,
}

impl Indexed {
    /// Whether it is opaque, in so many shades of grey that either way takes a byte a pixel.
    pub(super) fn is_better_grey(&self) -> bool {
        let is_grey = |[red, green, blue, alpha]: &[u8; 4]| red == green && green == blue && *alpha == 255;
        self.colours.len() > 16 && self.colours.iter().all(is_grey)
    }

    /// The same picture, of which the red is taken for grey.
    pub(super) fn grey(&self) -> Raster {
        let samples = self.indices.iter().map(|index| self.colours[usize::from(*index)][0]).collect();
        Raster::of(samples, Channels::Grey, self.width, self.indices.len() / self.width)
    }

    /// The file. `carrier` is a PNG of any size: what it says beside its pixels (profile, density, texts) is
    /// said of this picture.
    pub(super) fn write(&self, carrier: &[u8]) -> io::Result<Vec<u8>> {
        let picture = self.sorted();
        let depth = match picture.colours.len() {
            0..=2 => 1,
            3..=4 => 2,
            5..=16 => 4,
            _ => 8,
        };
        let mut file = SIGNATURE.to_vec();
        chunks::write(&mut file, *b"IHDR", &picture.header(depth));
        for chunk in chunks(carrier).unwrap_or_default() {
            // Whatever a profile is, it stands before the palette.
            if !matches!(chunk.kind, b"IHDR" | b"PLTE" | b"tRNS" | b"bKGD" | b"IDAT" | b"IEND") {
                file.extend_from_slice(chunk.whole);
            }
        }
        let (colours, alphas): (Vec<[u8; 3]>, Vec<u8>) =
            picture.colours.iter().map(|[red, green, blue, alpha]| ([*red, *green, *blue], *alpha)).unzip();
        chunks::write(&mut file, *b"PLTE", &colours.concat());
        let transparent = alphas.iter().take_while(|alpha| **alpha < 255).count();
        if transparent > 0 {
            chunks::write(&mut file, *b"tRNS", &alphas[..transparent]);
        }
        chunks::write(&mut file, *b"IDAT", &picture.compressed(depth)?);
        chunks::write(&mut file, *b"IEND", b"");
        Ok(file)
    }

    /// The same picture with its colours in order: transparent ones first, so that few alphas are written,
    /// then by brightness, so that neighbours have near numbers.
    fn sorted(&self) -> Self {
        let brightness =
            |[red, green, blue, _]: [u8; 4]| 299 * u32::from(red) + 587 * u32::from(green) + 114 * u32::from(blue);
        let mut order: Vec<usize> = (0..self.colours.len()).collect();
        order.sort_by_key(|number| {
            let colour = self.colours[*number];
            (colour[3] == 255, brightness(colour), colour)
        });
        let mut renumbered = [0; MAX_COLOURS];
        for (number, old) in (0..=u8::MAX).zip(&order) {
            renumbered[*old] = number;
        }
        Self {
            width: self.width,
            colours: order.iter().map(|number| self.colours[*number]).collect(),
            indices: self.indices.iter().map(|index| renumbered[usize::from(*index)]).collect(),
        }
    }

    fn header(&self, depth: u8) -> Vec<u8> {
        const PALETTE: u8 = 3;
        let side = |pixels: usize| u32::try_from(pixels).unwrap_or(u32::MAX).to_be_bytes();
        let sides = [side(self.width), side(self.indices.len() / self.width)];
        [&sides.concat()[..], &[depth, PALETTE, 0, 0, 0]].concat()
    }

    /// Rows without filters, which numbers of colours do not gain from, `depth` bits a pixel.
    fn compressed(&self, depth: u8) -> io::Result<Vec<u8>> {
        const NO_FILTER: u8 = 0;
        let per_byte = usize::from(8 / depth);
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
        let mut line = Vec::new();
        for row in self.indices.chunks(self.width) {
            line.clear();
            line.push(NO_FILTER);
            line.extend(row.chunks(per_byte).map(|pixels| {
                let byte = pixels.iter().fold(0, |byte, index| byte << (depth % 8) | index);
                // The last byte of a row is filled up on the right.
                byte << (usize::from(depth % 8) * (per_byte - pixels.len()))
            }));
            encoder.write_all(&line)?;
        }
        encoder.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::{Indexed, SIGNATURE, chunks};
    use crate::{codecs, vips::Image};
    use bytes::Bytes;

    /// Pixels in so many colours, some of them transparent, in rows that do not fill their last byte.
    fn picture(colours: usize) -> Indexed {
        let byte = |number: usize| u8::try_from(number % 256).expect("a byte");
        let colour =
            |number| [byte(number * 37), byte(number * 91), byte(number), if number % 5 == 1 { 9 } else { 255 }];
        Indexed {
            width: 13,
            colours: (0..colours).map(colour).collect(),
            indices: (0..13 * 40).map(|at| byte(at * 7 % colours)).collect(),
        }
    }

    fn decoded(file: Vec<u8>) -> Image {
        let source = codecs::open(Bytes::from(file), &crate::Limits::default()).expect("a PNG");
        source.image().expect("an image").with_alpha().expect("alpha")
    }

    #[test]
    fn every_pixel_comes_back_at_every_depth() {
        for (colours, depth) in [(1, 1), (2, 1), (3, 2), (4, 2), (5, 4), (16, 4), (17, 8), (256, 8)] {
            let picture = picture(colours);
            let file = picture.write(b"").expect("a PNG");
            assert_eq!(file[24], depth, "{colours} colours");
            let image = decoded(file);
            assert_eq!((image.width(), image.height()), (13, 40));
            let expected: Vec<u8> =
                picture.indices.iter().flat_map(|index| picture.colours[usize::from(*index)]).collect();
            assert_eq!(image.to_memory().expect("pixels"), expected, "{colours} colours");
        }
    }

    #[test]
    fn what_the_carrier_says_is_said_before_the_palette() {
        let mut carrier = SIGNATURE.to_vec();
        for (kind, data) in
            [(b"IHDR", &b"x"[..]), (b"pHYs", b"\0\0\x10\0\0\0\x10\0\x01"), (b"IDAT", b"x"), (b"IEND", b"")]
        {
            chunks::write(&mut carrier, *kind, data);
        }
        let file = picture(6).write(&carrier).expect("a PNG");
        let kinds: Vec<String> = chunks(&file).expect("whole").iter().map(|chunk| kind(chunk.kind)).collect();
        assert_eq!(kinds, ["IHDR", "pHYs", "PLTE", "tRNS", "IDAT", "IEND"]);
    }

    fn kind(kind: &[u8]) -> String {
        String::from_utf8_lossy(kind).into_owned()
    }
}
