//! Between planes of Y, Cb and Cr and pixels of red, green and blue: BT.601 in full range, as JFIF has it.
//!
//! The loops are plain Rust that compilers turn into vector instructions, see [`crate::vectorised`].
#![allow(unsafe_code)] // A function that is compiled for AVX2 is called where the machine has it.
#![allow(clippy::inline_always)] // What is not inlined is not compiled for AVX2.

mod interleave;
mod range;
mod shaper;

use crate::{Channels, Plane, Planes, Raster, Subsampling, vectorised::vectorised};

pub use range::Range;
pub use shaper::MatrixShaper;

/// Colours are summed in fractions of so many bits.
const BITS: u32 = 16;

/// A factor as a fraction of [`BITS`] bits.
#[expect(clippy::cast_possible_truncation, reason = "factors are below 2")]
const fn fixed(factor: f64) -> i32 {
    let scaled = factor * (1 << BITS) as f64;
    (if scaled < 0.0 { scaled - 0.5 } else { scaled + 0.5 }) as i32
}

impl Planes {
    /// The picture as pixels: grey, or red, green and blue.
    ///
    /// Subsampled chroma is weighed with a triangle: three parts of the nearer sample, one of the further.
    ///
    /// # Panics
    /// When the sizes of the planes are not those of a [`Subsampling`].
    pub fn to_raster(&self) -> Raster {
        let (width, height) = (self.width(), self.height());
        let Some(chroma) = &self.chroma else {
            let mut raster = Raster::new(Channels::Grey, width, height);
            (0..height).for_each(|y| raster.row_mut(y).copy_from_slice(self.luma.row(y)));
            return raster;
        };
        let subsampling = self.subsampling().expect("planes of 4:4:4 or 4:2:0");
        assert_eq!((chroma[0].width(), chroma[0].height()), (chroma[1].width(), chroma[1].height()), "equal chroma");
        let mut raster = Raster::new(Channels::Rgb, width, height);
        if width == 0 {
            return raster;
        }
        let mut mixed = vec![0; chroma[0].width()];
        let mut lines = [vec![0; width + 1], vec![0; width + 1]];
        let mut colours = [vec![0; width], vec![0; width], vec![0; width]];
        for y in 0..height {
            for (plane, line) in chroma.iter().zip(&mut lines) {
                line_of_chroma(plane, subsampling, y, &mut mixed, line);
            }
            let luma = self.luma.row(y);
            mix(luma, &lines[0][..width], &lines[1][..width], &mut colours);
            interleave::interleave(colours.each_ref().map(Vec::as_slice), raster.row_mut(y));
        }
        raster
    }
}

impl Raster {
    /// The picture as planes; chroma of grey is left out. Alpha is not looked at: see [`Raster::alpha`].
    ///
    /// Where chroma is subsampled it is that of the mean of two by two pixels (at the right and bottom edge of odd
    /// sizes, of those that there are).
    pub fn to_planes(&self, subsampling: Subsampling) -> Planes {
        let (width, height) = (self.width(), self.height());
        match self.channels() {
            Channels::Grey => Planes { luma: self.channel::<1>(0), chroma: None },
            Channels::GreyAlpha => Planes { luma: self.channel::<2>(0), chroma: None },
            Channels::Rgb | Channels::Rgba => {
                let mut luma = Plane::new(width, height);
                let step = match subsampling {
                    Subsampling::None => 1,
                    Subsampling::Both => 2,
                };
                let mut chroma = [(); 2].map(|()| Plane::new(width.div_ceil(step), height.div_ceil(step)));
                // Red, green and blue of a row, or the sums of two.
                let mut colours = [(); 3].map(|()| vec![0; width]);
                let mut sums = [(); 3].map(|()| vec![0u16; width.next_multiple_of(2)]);
                for y in (0..height).step_by(step) {
                    for row in y..y + step {
                        let from = self.row(row.min(height - 1));
                        let to = colours.each_mut().map(Vec::as_mut_slice);
                        match self.channels() {
                            Channels::Rgba | Channels::GreyAlpha => interleave::separate::<4>(from, to),
                            Channels::Rgb | Channels::Grey => interleave::separate::<3>(from, to),
                        }
                        if row < height {
                            luma_of(&colours, luma.row_mut(row));
                        }
                        for (sums, colours) in sums.iter_mut().zip(&colours) {
                            add(colours, row == y, sums);
                        }
                    }
                    let [blueness, redness] = &mut chroma;
                    let (blueness, redness) = (blueness.row_mut(y / step), redness.row_mut(y / step));
                    if step == 2 {
                        for sums in &mut sums {
                            halve(sums, width);
                        }
                        chroma_of::<4>(&sums, blueness, redness);
                    } else {
                        chroma_of::<1>(&sums, blueness, redness);
                    }
                }
                Planes { luma, chroma: Some(chroma) }
            }
        }
    }

    /// Alpha as a plane, if there is any.
    pub fn alpha(&self) -> Option<Plane> {
        match self.channels() {
            Channels::Grey | Channels::Rgb => None,
            Channels::GreyAlpha => Some(self.channel::<2>(1)),
            Channels::Rgba => Some(self.channel::<4>(3)),
        }
    }

    fn channel<const N: usize>(&self, channel: usize) -> Plane {
        let mut plane = Plane::new(self.width(), self.height());
        let pixels = self.samples().as_chunks::<N>().0;
        plane.samples_mut().iter_mut().zip(pixels).for_each(|(sample, pixel)| *sample = pixel[channel]);
        plane
    }
}

/// Chroma for row `y` of luma, as wide as that, in sixteenths. `mixed` is as wide as chroma; the line may be a sample
/// longer than luma.
fn line_of_chroma(plane: &Plane, subsampling: Subsampling, y: usize, mixed: &mut [i16], line: &mut [i16]) {
    match subsampling {
        Subsampling::None => widen(plane.row(y), line),
        Subsampling::Both => upsample(plane, y, mixed, line),
    }
}

vectorised! {
    /// A row of chroma that is as wide as luma, in sixteenths, as [`upsample`] gives it.
    fn widen(row: &[u8], line: &mut [i16]) {
        line.iter_mut().zip(row).for_each(|(sixteenths, sample)| *sixteenths = i16::from(*sample) << 4);
    }
}

vectorised! {
    /// A row of chroma for row `y` of luma, twice as wide, in sixteenths.
    fn upsample(plane: &Plane, y: usize, mixed: &mut [i16], line: &mut [i16]) {
        let near = y / 2;
        let far = if y.is_multiple_of(2) { near.saturating_sub(1) } else { (near + 1).min(plane.height() - 1) };
        for ((mixed, near), far) in mixed.iter_mut().zip(plane.row(near)).zip(plane.row(far)) {
            *mixed = 3 * i16::from(*near) + i16::from(*far);
        }
        let last = mixed.len() - 1;
        line[0] = 4 * mixed[0];
        // Between each two samples of chroma lie two of luma: the second of the left, the first of the right.
        let between = line[1..].as_chunks_mut::<2>().0;
        for (pair, both) in between.iter_mut().zip(mixed.windows(2)) {
            *pair = [3 * both[0] + both[1], both[0] + 3 * both[1]];
        }
        if let Some(end) = line.get_mut(2 * last + 1) {
            *end = 4 * mixed[last];
        }
    }
}

vectorised! {
    /// Red, green and blue of a row.
    fn mix(luma: &[u8], blueness: &[i16], redness: &[i16], colours: &mut [Vec<u8>; 3]) {
        const RED: i32 = fixed(1.402);
        const GREEN_OF_BLUE: i32 = fixed(-0.344_136);
        const GREEN_OF_RED: i32 = fixed(-0.714_136);
        const BLUE: i32 = fixed(1.772);
        let [red, green, blue] = colours.each_mut().map(Vec::as_mut_slice);
        let outputs = red.iter_mut().zip(green).zip(blue);
        for (((luma, blueness), redness), ((red, green), blue)) in luma.iter().zip(blueness).zip(redness).zip(outputs) {
            let bits = BITS + 4; // of sixteenths
            let luma = (i32::from(*luma) << bits) + (1 << (bits - 1));
            let (blueness, redness) = (i32::from(*blueness) - 2048, i32::from(*redness) - 2048);
            *red = limited((luma + RED * redness) >> bits);
            *green = limited((luma + GREEN_OF_BLUE * blueness + GREEN_OF_RED * redness) >> bits);
            *blue = limited((luma + BLUE * blueness) >> bits);
        }
    }
}

vectorised! {
    fn luma_of(colours: &[Vec<u8>; 3], luma: &mut [u8]) {
        const RED: i32 = fixed(0.299);
        const BLUE: i32 = fixed(0.114);
        // So that all three sum to 1, and grey stays what it is.
        const GREEN: i32 = (1 << BITS) - RED - BLUE;
        let [red, green, blue] = colours.each_ref().map(Vec::as_slice);
        for (((luma, red), green), blue) in luma.iter_mut().zip(red).zip(green).zip(blue) {
            let sum = RED * i32::from(*red) + GREEN * i32::from(*green) + BLUE * i32::from(*blue);
            *luma = limited((sum + (1 << (BITS - 1))) >> BITS);
        }
    }
}

vectorised! {
    /// Adds a row to the sums, or begins them with it.
    fn add(row: &[u8], first: bool, sums: &mut [u16]) {
        let sums = sums.iter_mut().zip(row);
        if first { sums.for_each(|(sum, sample)| *sum = (*sample).into()) } else { sums.for_each(|(sum, sample)| *sum += u16::from(*sample)) }
    }
}

vectorised! {
    /// Adds each two samples of a row that lie side by side; its last one stands for the one that an odd row lacks.
    fn halve(sums: &mut [u16], width: usize) {
        if let [.., last, missing] = sums
            && !width.is_multiple_of(2)
        {
            *missing = *last;
        }
        for x in 0..sums.len() / 2 {
            sums[x] = sums[2 * x] + sums[2 * x + 1];
        }
    }
}

vectorised! {
    /// Chroma of sums of `N` pixels.
    fn chroma_of<const N: i32>(sums: &[Vec<u16>; 3], blueness: &mut [u8], redness: &mut [u8]) {
        // Each three sum to nothing, so that grey has no colour.
        const BLUE: [i32; 3] = [fixed(-0.168_736), -fixed(0.5) - fixed(-0.168_736), fixed(0.5)];
        const RED: [i32; 3] = [fixed(0.5), -fixed(0.5) - fixed(-0.081_312), fixed(-0.081_312)];
        let [reds, greens, blues] = sums.each_ref().map(Vec::as_slice);
        let outputs = blueness.iter_mut().zip(redness);
        for (((red, green), blue), (blueness, redness)) in reds.iter().zip(greens).zip(blues).zip(outputs) {
            let (red, green, blue) = (i32::from(*red), i32::from(*green), i32::from(*blue));
            let bits = BITS + N.ilog2();
            let middle = (128 << bits) + (1 << (bits - 1));
            *blueness = limited((middle + BLUE[0] * red + BLUE[1] * green + BLUE[2] * blue) >> bits);
            *redness = limited((middle + RED[0] * red + RED[1] * green + RED[2] * blue) >> bits);
        }
    }
}

#[inline(always)]
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Limited before.
fn limited(sample: i32) -> u8 {
    sample.clamp(0, 255) as u8
}

#[cfg(test)]
mod tests;
