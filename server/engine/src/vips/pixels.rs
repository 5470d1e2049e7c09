//! The operations that steps and codecs use most, as methods. Lengths are pixels, angles degrees
//! clockwise, colours one number per band on the scale of the image (0 to 255 for 8 bits).

use super::{BandFormat, Image, Operation, Result};
use std::ffi::CStr;

/// A turn by right angles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Angle {
    /// A quarter clockwise.
    D90,
    /// Upside down.
    D180,
    /// A quarter counter-clockwise.
    D270,
}

/// How a resize weighs the pixels around a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kernel {
    /// The sharpest of the good ones; the default.
    Lanczos3,
    /// A little softer, no ringing.
    Cubic,
    /// No mixing: pixels stay as they are.
    Nearest,
}

/// Where the points of an image go: `from` to `to`, and what lies around `from` by the matrix (by rows).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Affine {
    /// x' = m0 x + m1 y, y' = m2 x + m3 y.
    pub matrix: [f64; 4],
    /// A point of the image.
    pub from: (f64, f64),
    /// Its place on the canvas.
    pub to: (f64, f64),
}

impl Image {
    /// Scales by `horizontal` and `vertical`. Alpha must be premultiplied, or colours bleed in from
    /// transparent pixels.
    pub fn resize(&self, horizontal: f64, vertical: f64, kernel: Kernel) -> Result<Self> {
        let kernel = match kernel {
            Kernel::Lanczos3 => "lanczos3",
            Kernel::Cubic => "cubic",
            Kernel::Nearest => "nearest",
        };
        let resize = self.operation(c"resize")?.double(c"scale", horizontal).double(c"vscale", vertical);
        resize.string(c"kernel", kernel).run()
    }

    /// Scales down by `horizontal` and `vertical` (above 0, at most 1) with Lanczos3. Alpha must be premultiplied.
    ///
    /// [`Image::resize`] averages boxes of pixels before the kernel, as soon as a factor is 4; libvips 8.14 does
    /// that anew for each row that the kernel sees, which takes more than ten times as long as the kernel alone.
    /// Here boxes are for what is so wide that the rows under a kernel would fill the memory.
    pub fn reduce(&self, horizontal: f64, vertical: f64) -> Result<Self> {
        let resize = self.operation(c"resize")?.double(c"scale", horizontal).double(c"vscale", vertical);
        resize.double(c"gap", self.left_by_boxes(horizontal, vertical)).string(c"kernel", "lanczos3").run()
    }

    /// What boxes leave to the kernel: at least this factor, and less than twice as much; 0 when there are none.
    fn left_by_boxes(&self, horizontal: f64, vertical: f64) -> f64 {
        /// libvips makes 16 rows of a result at once, and a kernel sees three more above and below.
        const ROWS: f64 = 22.0;
        const HELD_BYTES: f64 = 16e6;
        /// From 300 or so on libvips refuses.
        const MAX_FACTOR: f64 = 100.0;
        let number_bytes = match self.band_format() {
            BandFormat::Uchar => 1.0,
            BandFormat::Ushort => 2.0,
            BandFormat::Float | BandFormat::Other => 4.0,
        };
        let row_bytes = f64::from(self.width()) * f64::from(self.bands()) * number_bytes;
        let factor = (HELD_BYTES / (ROWS * row_bytes)).min(MAX_FACTOR);
        let has_room = vertical * factor >= 1.0 && horizontal * MAX_FACTOR >= 1.0;
        if has_room { 0.0 } else { (factor / 2.0).max(2.0) }
    }

    /// Each number replaced by what `table`, an image of one row, has at its place: of its only band, or of the
    /// same band. What is beyond the table is taken for its last.
    pub fn mapped(&self, table: &Self) -> Result<Self> {
        self.operation(c"maplut")?.image(c"lut", table).run()
    }

    /// The rectangle at `left`, `top`; an error when it reaches outside.
    pub fn extract_area(&self, left: u32, top: u32, width: u32, height: u32) -> Result<Self> {
        let area = self.operation_on(c"extract_area", c"input")?;
        area.int(c"left", int(left)).int(c"top", int(top)).int(c"width", int(width)).int(c"height", int(height)).run()
    }

    /// Puts the image at `left`, `top` (which may be negative) of a canvas filled with `background`.
    pub fn embed(&self, left: i32, top: i32, width: u32, height: u32, background: &[f64]) -> Result<Self> {
        let embed = self.operation(c"embed")?.int(c"x", left).int(c"y", top).int(c"width", int(width));
        embed.int(c"height", int(height)).string(c"extend", "background").array_double(c"background", background).run()
    }

    /// As [`Image::embed`], but the border is `extend`: `"copy"` (edge pixels), `"mirror"`, `"repeat"`, `"black"`.
    pub fn embed_extend(&self, left: i32, top: i32, width: u32, height: u32, extend: &str) -> Result<Self> {
        let embed = self.operation(c"embed")?.int(c"x", left).int(c"y", top).int(c"width", int(width));
        embed.int(c"height", int(height)).string(c"extend", extend).run()
    }

    /// Turns by right angles; no pixel changes. Reads the image out of order: call [`Image::in_memory`]
    /// first when it comes straight from a decoder.
    pub fn rot(&self, angle: Angle) -> Result<Self> {
        let angle = match angle {
            Angle::D90 => "d90",
            Angle::D180 => "d180",
            Angle::D270 => "d270",
        };
        self.operation(c"rot")?.string(c"angle", angle).run()
    }

    /// Draws the image on a canvas of `size`, each pixel from the four by four around its place (bicubic,
    /// Catmull-Rom). Points are measured in pixels from the top left corner, not from the middle of a pixel.
    /// Beyond its edges the image goes on with zeros, or with its edge pixels when `extended`.
    /// Alpha must be premultiplied. For shrinking, [`Image::resize`] is right.
    pub fn affine(&self, map: Affine, size: (u32, u32), extended: bool) -> Result<Self> {
        let Affine { matrix, from, to } = map;
        let affine = self.operation(c"affine")?.array_double(c"matrix", &matrix);
        // libvips measures from the middle of the first pixel.
        let affine = affine.double(c"idx", 0.5 - from.0).double(c"idy", 0.5 - from.1);
        let affine = affine.double(c"odx", to.0 - 0.5).double(c"ody", to.1 - 0.5);
        let affine = affine.array_int(c"oarea", &[0, 0, int(size.0), int(size.1)]).bool(c"premultiplied", true);
        let affine = affine.interpolate(c"interpolate", c"bicubic").array_double(c"background", &[0.0]);
        affine.string(c"extend", if extended { "copy" } else { "background" }).run()
    }

    /// Mirrors left and right.
    pub fn flip_horizontal(&self) -> Result<Self> {
        self.operation(c"flip")?.string(c"direction", "horizontal").run()
    }

    /// Mirrors top and bottom.
    pub fn flip_vertical(&self) -> Result<Self> {
        self.operation(c"flip")?.string(c"direction", "vertical").run()
    }

    /// Turns the image as its orientation says and takes the orientation away.
    pub fn autorot(&self) -> Result<Self> {
        self.operation(c"autorot")?.run()
    }

    /// Blurs with a Gaussian of `sigma` pixels; floats. libvips' faster way in whole numbers changes flat
    /// areas by up to 8 of 255 levels, and its usual cut at a fifth of the peak makes the blur a sixth narrower.
    pub fn gaussblur(&self, sigma: f64) -> Result<Self> {
        let blur = self.operation(c"gaussblur")?.double(c"sigma", sigma).string(c"precision", "float");
        blur.double(c"min-ampl", 0.02).run()
    }

    /// Lays the image on `background` and drops alpha; as it is when it has none.
    pub fn flatten(&self, background: &[f64]) -> Result<Self> {
        if !self.has_alpha() {
            return Ok(self.clone());
        }
        self.operation(c"flatten")?.array_double(c"background", background).run()
    }

    /// Adds an opaque alpha channel when there is none.
    pub fn with_alpha(&self) -> Result<Self> {
        if self.has_alpha() {
            return Ok(self.clone());
        }
        let opaque = if self.band_format() == BandFormat::Ushort { 65_535.0 } else { 255.0 };
        self.operation(c"bandjoin_const")?.array_double(c"c", &[opaque]).run()
    }

    /// Adds the bands of `other` (of the same size) behind those of this image, for example a mask as alpha.
    pub fn bandjoin(&self, other: &Self) -> Result<Self> {
        Operation::new(c"bandjoin")?.images(c"in", &[self.clone(), other.clone()]).run()
    }

    /// `count` bands from band `first` on.
    pub fn extract_bands(&self, first: u32, count: u32) -> Result<Self> {
        self.operation(c"extract_band")?.int(c"band", int(first)).int(c"n", int(count)).run()
    }

    /// Colours times alpha, as floats: what resize and blur want.
    pub fn premultiply(&self) -> Result<Self> {
        self.operation(c"premultiply")?.run()
    }

    /// Undoes [`Image::premultiply`]; floats still, so [`Image::cast_uchar`] follows.
    pub fn unpremultiply(&self) -> Result<Self> {
        self.operation(c"unpremultiply")?.run()
    }

    /// As [`Image::premultiply`] for colours of any scale and an alpha from 0 to `opaque`.
    pub fn premultiply_by(&self, opaque: f64) -> Result<Self> {
        self.operation(c"premultiply")?.double(c"max-alpha", opaque).run()
    }

    /// Undoes [`Image::premultiply_by`].
    pub fn unpremultiply_by(&self, opaque: f64) -> Result<Self> {
        self.operation(c"unpremultiply")?.double(c"max-alpha", opaque).run()
    }

    /// To 16 bits, clipped, the fraction cut off.
    pub fn cast_ushort(&self) -> Result<Self> {
        self.operation(c"cast")?.string(c"format", "ushort").run()
    }

    /// To 8 bits, clipped, the fraction cut off.
    pub fn cast_uchar(&self) -> Result<Self> {
        self.operation(c"cast")?.string(c"format", "uchar").run()
    }

    /// `a × pixel + b`, one number of each for all bands or one per band; floats unless `to_uchar`.
    pub fn linear(&self, a: &[f64], b: &[f64], to_uchar: bool) -> Result<Self> {
        self.operation(c"linear")?.array_double(c"a", a).array_double(c"b", b).bool(c"uchar", to_uchar).run()
    }

    /// Converts to a colour space by its nick, for example `"srgb"`, `"b-w"`, `"lab"`.
    pub fn colourspace(&self, space: &str) -> Result<Self> {
        self.operation(c"colourspace")?.string(c"space", space).run()
    }

    /// Converts with ICC profiles to `output` (a profile that libvips has built in: `"srgb"`, `"p3"`,
    /// `"cmyk"`): from the embedded profile, or from the built-in `fallback` when there is none.
    pub fn icc_transform(&self, output: &str, fallback: Option<&str>) -> Result<Self> {
        let transform = self.operation(c"icc_transform")?.string(c"output-profile", output).bool(c"embedded", true);
        let transform = transform.string(c"intent", "perceptual").int(c"depth", 8);
        match fallback {
            Some(profile) => transform.string(c"input-profile", profile).run(),
            None => transform.run(),
        }
    }

    /// Lays `over` with its top left at `x`, `y` on this image; both may have alpha.
    pub fn composite_over(&self, over: &Self, x: i32, y: i32) -> Result<Self> {
        let composite = Operation::new(c"composite2")?.image(c"base", self).image(c"overlay", over);
        composite.string(c"mode", "over").int(c"x", x).int(c"y", y).run()
    }

    /// The images on top of each other, as the frames of an animation stand.
    pub fn join_frames(frames: &[Self]) -> Result<Self> {
        Operation::new(c"arrayjoin")?.images(c"in", frames).int(c"across", 1).run()
    }

    /// Pixel by pixel `self + other`; one band goes with all bands of the other image. So do the next three.
    pub fn add(&self, other: &Self) -> Result<Self> {
        self.with_other(c"add", other)
    }

    /// `self − other`.
    pub fn subtract(&self, other: &Self) -> Result<Self> {
        self.with_other(c"subtract", other)
    }

    /// `self × other`.
    pub fn multiply(&self, other: &Self) -> Result<Self> {
        self.with_other(c"multiply", other)
    }

    /// `self ÷ other`, and 0 where `other` is 0.
    pub fn divide(&self, other: &Self) -> Result<Self> {
        self.with_other(c"divide", other)
    }

    /// Each new band is a weighted sum of the old ones: a row of weights for each new band.
    pub fn recomb<const BANDS: usize>(&self, weights: &[[f64; BANDS]]) -> Result<Self> {
        self.operation(c"recomb")?.image(c"m", &Self::matrix(BANDS, weights.as_flattened())?).run()
    }

    /// Lays `other` over the pixels from `left`, `top` on; nothing shines through.
    pub fn insert(&self, other: &Self, left: i32, top: i32) -> Result<Self> {
        let insert = self.operation_on(c"insert", c"main")?.image(c"sub", other);
        insert.int(c"x", left).int(c"y", top).run()
    }

    /// Floats of at least 0 and at most `maxima`, one for each band.
    pub fn clamped(&self, maxima: &[f64]) -> Result<Self> {
        // The operation for this came after libvips 8.14; half of x + |x| is x or 0.
        let positive = |image: &Self| image.add(&image.operation(c"abs")?.run()?)?.linear(&[0.5], &[0.0], false);
        let below = positive(self)?.linear(&[-1.0], maxima, false)?;
        positive(&below)?.linear(&[-1.0], maxima, false)
    }

    /// To floating point.
    pub fn cast_float(&self) -> Result<Self> {
        self.operation(c"cast")?.string(c"format", "float").run()
    }

    /// Computes all pixels and gives their numbers, whatever the band format.
    pub fn numbers(&self) -> Result<Vec<f64>> {
        let pixels = self.operation(c"cast")?.string(c"format", "double").run()?.to_memory()?;
        Ok(pixels.as_chunks().0.iter().map(|bytes| f64::from_ne_bytes(*bytes)).collect())
    }

    /// Where each pixel lies, in two bands: `x` and `y` of the pixel's centre, half a pixel at the first.
    pub fn coordinates(width: u32, height: u32) -> Result<Self> {
        let whole = Operation::new(c"xyz")?.int(c"width", int(width)).int(c"height", int(height)).run()?;
        whole.linear(&[1.0], &[0.5], false)
    }

    /// An operation whose input is this image.
    pub fn operation(&self, name: &'static CStr) -> Result<Operation> {
        self.operation_on(name, c"in")
    }

    fn with_other(&self, name: &'static CStr, other: &Self) -> Result<Self> {
        self.operation_on(name, c"left")?.image(c"right", other).run()
    }

    fn operation_on(&self, name: &'static CStr, input: &CStr) -> Result<Operation> {
        Ok(Operation::new(name)?.image(input, self))
    }
}

/// libvips counts in `i32`; what is larger cannot exist and fails there.
fn int(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
