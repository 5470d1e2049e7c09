//! Pictures over each other. All of it is reckoned in whole numbers and rounded once.

use crate::{Channels, Raster};

impl Raster {
    /// The picture on a ground of one colour, without alpha. What shows through is rounded down.
    #[must_use]
    pub fn flattened(self, ground: [u8; 3]) -> Self {
        match self.channels {
            Channels::Grey | Channels::Rgb => self,
            Channels::GreyAlpha => self.with_colours().flattened(ground),
            Channels::Rgba => {
                let mut samples = vec![0; self.samples.len() / 4 * 3];
                let pixels = self.samples.as_chunks::<4>().0;
                for (to, [red, green, blue, alpha]) in samples.as_chunks_mut::<3>().0.iter_mut().zip(pixels) {
                    let alpha = u16::from(*alpha);
                    let mixed = |colour: u8, ground: u8| {
                        let sum = u16::from(colour) * alpha + u16::from(ground) * (255 - alpha);
                        limited(u32::from(sum / 255))
                    };
                    *to = [mixed(*red, ground[0]), mixed(*green, ground[1]), mixed(*blue, ground[2])];
                }
                Self { samples, channels: Channels::Rgb, ..self }
            }
        }
    }

    /// Lays a picture with alpha over this one, with its first pixel at `left`, `top`; what lies outside is left out.
    /// An opaque picture stays opaque.
    ///
    /// # Panics
    /// When either of them has no colours, or the layer no alpha.
    pub fn lay(&mut self, layer: &Self, left: i64, top: i64) {
        assert_eq!(layer.channels, Channels::Rgba, "a layer of colours and alpha");
        let (Some((x, from_x, width)), Some((y, from_y, height))) =
            (covered(left, self.width, layer.width), covered(top, self.height, layer.height))
        else {
            return;
        };
        for row in 0..height {
            let over = &layer.row(from_y + row)[from_x * 4..][..width * 4].as_chunks::<4>().0;
            let channels = self.channels;
            let below = self.row_mut(y + row);
            match channels {
                Channels::Rgb => {
                    let below = below[x * 3..].as_chunks_mut::<3>().0.iter_mut();
                    below.zip(*over).for_each(|(below, over)| *below = over_opaque(*below, *over));
                }
                Channels::Rgba => {
                    let below = below[x * 4..].as_chunks_mut::<4>().0.iter_mut();
                    below.zip(*over).for_each(|(below, over)| *below = over_clear(*below, *over));
                }
                Channels::Grey | Channels::GreyAlpha => unreachable!("a picture of colours"),
            }
        }
    }

    /// Alpha times a factor from 0 to 1; what had none was opaque. Halves go to the even number.
    #[must_use]
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // from 0 to 255
    pub fn faded(self, factor: f64) -> Self {
        let mut raster = self.with_alpha();
        let count = raster.channels.count();
        for alpha in raster.samples.iter_mut().skip(count - 1).step_by(count) {
            *alpha = (f64::from(*alpha) * factor).round_ties_even() as u8;
        }
        raster
    }
}

/// Where what starts at `start` begins outside and inside, and how much of it there is.
fn covered(start: i64, outer: usize, inner: usize) -> Option<(usize, usize, usize)> {
    let (outer, inner) = (i64::try_from(outer).ok()?, i64::try_from(inner).ok()?);
    let (from, to) = (start.max(0), start.saturating_add(inner).min(outer));
    let number = |number: i64| usize::try_from(number).ok();
    Some((number(from)?, number(from.checked_sub(start)?)?, number(to - from).filter(|length| *length > 0)?))
}

#[inline]
fn over_opaque(below: [u8; 3], [red, green, blue, alpha]: [u8; 4]) -> [u8; 3] {
    let alpha = u32::from(alpha);
    let mixed = |over: u8, below: u8| limited((u32::from(over) * alpha + u32::from(below) * (255 - alpha) + 127) / 255);
    [mixed(red, below[0]), mixed(green, below[1]), mixed(blue, below[2])]
}

#[inline]
fn over_clear(below: [u8; 4], over: [u8; 4]) -> [u8; 4] {
    // Both in 255ths of 255ths.
    let (above, beneath) = (u32::from(over[3]) * 255, u32::from(below[3]) * (255 - u32::from(over[3])));
    let alpha = above + beneath;
    if alpha == 0 {
        return [0; 4];
    }
    let mixed = |channel: usize| {
        let sum = u32::from(over[channel]) * above + u32::from(below[channel]) * beneath;
        limited((sum + alpha / 2) / alpha)
    };
    [mixed(0), mixed(1), mixed(2), limited((alpha + 127) / 255)]
}

#[allow(clippy::cast_possible_truncation)] // Averages of bytes.
fn limited(sample: u32) -> u8 {
    sample.min(255) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pixel(samples: &[u8]) -> Raster {
        let channels = if samples.len() == 4 { Channels::Rgba } else { Channels::Rgb };
        Raster::of(samples.to_vec(), channels, 1, 1)
    }

    /// By the definition of Porter and Duff, in double precision.
    fn expected(below: &[u8], over: [u8; 4]) -> Vec<f64> {
        let part = |alpha: u8| f64::from(alpha) / 255.0;
        let under = part(below.get(3).copied().unwrap_or(255));
        let alpha = part(over[3]) + under * (1.0 - part(over[3]));
        let colour = |channel: usize| {
            let sum =
                f64::from(over[channel]) * part(over[3]) + f64::from(below[channel]) * under * (1.0 - part(over[3]));
            if alpha == 0.0 { 0.0 } else { sum / alpha }
        };
        let mut colours: Vec<f64> = (0..3).map(colour).collect();
        colours.extend((below.len() == 4).then_some(alpha * 255.0));
        colours
    }

    #[test]
    fn what_lies_above_hides_what_lies_below_as_far_as_it_shows() {
        let bytes = [0, 1, 77, 128, 254, 255];
        for (over_alpha, below_alpha) in bytes.into_iter().flat_map(|over| bytes.map(|below| (over, below))) {
            for (above, beneath) in bytes.into_iter().flat_map(|above| bytes.map(|beneath| (above, beneath))) {
                let over = [above, 200, beneath, over_alpha];
                for below in [&[beneath, 9, above][..], &[beneath, 9, above, below_alpha]] {
                    let mut raster = pixel(below);
                    raster.lay(&pixel(&over), 0, 0);
                    for (found, exact) in raster.samples().iter().zip(expected(below, over)) {
                        assert!((f64::from(*found) - exact).abs() < 0.5001, "{over:?} on {below:?}: {raster:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn what_sticks_out_is_left_out() {
        let layer =
            Raster::of([[1, 1, 1, 255], [2, 2, 2, 255], [3, 3, 3, 255], [4, 4, 4, 255]].concat(), Channels::Rgba, 2, 2);
        let laid = |left, top| {
            let mut below = Raster::new(Channels::Rgb, 2, 2);
            below.lay(&layer, left, top);
            below.samples().iter().step_by(3).copied().collect::<Vec<u8>>()
        };
        assert_eq!(laid(0, 0), [1, 2, 3, 4]);
        assert_eq!(laid(1, 0), [0, 1, 0, 3]);
        assert_eq!(laid(-1, -1), [4, 0, 0, 0]);
        assert_eq!(laid(0, 1), [0, 0, 1, 2]);
        for (left, top) in [(2, 0), (0, -2), (i64::MAX, 0), (i64::MIN, 0)] {
            assert_eq!(laid(left, top), [0; 4], "{left} {top}");
        }
    }

    #[test]
    fn a_ground_shows_where_a_picture_is_clear() {
        let on = |pixel: [u8; 4]| Raster::of(pixel.to_vec(), Channels::Rgba, 1, 1).flattened([10, 20, 255]);
        assert_eq!(on([1, 2, 3, 255]), pixel(&[1, 2, 3]));
        assert_eq!(on([1, 2, 3, 0]), pixel(&[10, 20, 255]));
        assert_eq!(on([255, 0, 0, 128]), pixel(&[132, 9, 127]));
        let grey = Raster::of(vec![255, 0], Channels::GreyAlpha, 1, 1);
        assert_eq!(grey.flattened([4, 5, 6]), pixel(&[4, 5, 6]));
    }

    #[test]
    fn alpha_fades() {
        let of = |samples: &[u8]| pixel(samples).faded(0.5).samples()[3];
        assert_eq!((of(&[1, 2, 3]), of(&[1, 2, 3, 128]), of(&[1, 2, 3, 1]), of(&[1, 2, 3, 3])), (128, 64, 0, 2));
    }
}
