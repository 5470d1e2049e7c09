//! An image that is bent to an arc.

use super::warp::{Fineness, warp};
use crate::{
    Error,
    language::{Size, number},
    vips::{Image, Operation},
};
use std::f64::consts::{FRAC_PI_2, PI};

/// An arc.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::language) struct Arc {
    /// How far the arc goes round, −360 to 360, not 0; the ends hang down when it is positive.
    pub(super) degrees: f64,
}

/// An arc around a centre, with its middle above the centre.
#[derive(Debug, Clone, Copy)]
struct Ring {
    /// Radians from the middle of the arc to each end, up to π.
    half_angle: f64,
    /// Radii in pixels.
    inner: f64,
    outer: f64,
}

impl Arc {
    pub(super) fn read(text: &str) -> Option<Self> {
        let degrees = number::decimal(text).filter(|degrees| *degrees != 0.0 && degrees.abs() <= 360.0)?;
        Some(Self { degrees })
    }

    /// The middle row keeps its length, unless the bottom edge would then have to pass the centre.
    fn ring(self, size: Size) -> Ring {
        let (width, height) = (f64::from(size.width), f64::from(size.height));
        let angle = self.degrees.abs().to_radians();
        let middle = (width / angle).max(height / 2.0);
        Ring { half_angle: angle / 2.0, inner: middle - height / 2.0, outer: middle + height / 2.0 }
    }

    pub(super) fn result_size(self, input: Size) -> Size {
        let Ring { half_angle, inner, outer } = self.ring(input);
        let half_width = if half_angle < FRAC_PI_2 { outer * half_angle.sin() } else { outer };
        // Of the end that hangs down the furthest.
        let down = if half_angle < FRAC_PI_2 { -inner * half_angle.cos() } else { -outer * half_angle.cos() };
        // What is a whole number but for rounding stays one.
        let pixels = |length: f64| number::pixels((length - 1e-6).ceil());
        Size { width: pixels(2.0 * half_width), height: pixels(outer + down) }
    }

    pub(super) fn apply(self, image: &Image) -> Result<Image, Error> {
        let input = Size { width: image.width(), height: image.height() };
        let (width, height) = (f64::from(input.width), f64::from(input.height));
        let size = self.result_size(input);
        let ring = self.ring(input);
        let Ring { half_angle, inner, outer } = ring;
        let centre = f64::from(size.width) / 2.0;
        let upwards = self.degrees > 0.0;
        // An arc downwards is an arc upwards in a mirror.
        let mirror = f64::from(size.height);
        let from_centre = |y: f64| if upwards { y - outer } else { mirror - y - outer };

        // Along the middle of the arc one pixel is one pixel; inside more lie on it, outside fewer.
        let along = |radius: f64| width / (2.0 * half_angle) / radius.max(1.0);
        let fineness = Fineness::over(&[[along(outer), 1.0], [along(inner), 1.0]]);

        let index = |places: &Image| {
            // Turned so that the angle's jump from 360 to 0 degrees lies opposite the middle of the arc.
            let (sign, offset) = if upwards { (1.0, -outer) } else { (-1.0, mirror - outer) };
            let turned = places.recomb(&[[0.0, sign], [-1.0, 0.0]])?.linear(&[1.0], &[offset, centre], false)?;
            let complex = Operation::new(c"complexform")?.image(c"left", &turned.extract_bands(0, 1)?);
            let complex = complex.image(c"right", &turned.extract_bands(1, 1)?).run()?;
            let polar = complex.operation(c"complex")?.string(c"cmplx", "polar").run()?;
            let part = |which: &str| polar.operation(c"complexget")?.string(c"get", which).run();
            let per_degree = width / (2.0 * half_angle).to_degrees();
            let across = part("imag")?.linear(&[per_degree], &[width / 2.0 - 180.0 * per_degree], false)?;
            let (sign, offset) = if upwards { (-1.0, outer) } else { (1.0, height - outer) };
            across.bandjoin(&part("real")?.linear(&[sign], &[offset], false)?)
        };
        let inside = |x: f64, y: f64| ring.covers(x - centre, from_centre(y));
        warp(image, size, fineness, index, inside)
    }
}

impl Ring {
    /// How much of the pixel at this distance from the centre lies on the arc, 0 to 1.
    fn covers(self, x: f64, y: f64) -> f64 {
        let Self { half_angle, inner, outer } = self;
        let radius = x.hypot(y);
        let covered = |distance: f64| (distance + 0.5).clamp(0.0, 1.0);
        let hole = if inner > 0.0 { covered(radius - inner) } else { 1.0 };
        let to_end = half_angle - x.atan2(-y).abs();
        let ends = if half_angle >= PI {
            1.0
        } else if to_end.abs() < FRAC_PI_2 {
            covered(radius * to_end.sin())
        } else {
            covered(radius.copysign(to_end))
        };
        covered(outer - radius) * hole * ends
    }
}
