//! What is looked for on pictures of which everybody knows where the subject is.
#![allow(clippy::unwrap_used)] // a panic is how a test fails

use super::{Region, faces, salient};
use crate::vips::Image;

/// A picture whose colours `pixel` gives, with coordinates from 0 to 1 of the longer side.
fn drawn(width: u32, height: u32, pixel: impl Fn(f64, f64) -> [f64; 3]) -> Image {
    let side = f64::from(width.max(height));
    let points = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // clamped
    let bytes = |(x, y): (u32, u32)| {
        pixel((f64::from(x) + 0.5) / side, (f64::from(y) + 0.5) / side).map(|value| value.clamp(0.0, 255.0) as u8)
    };
    let pixels: Vec<u8> = points.flat_map(bytes).collect();
    Image::from_memory(pixels.into(), width, height, 3).unwrap()
}

/// Somebody's favourite grey paper: a little brighter to one side, with a grain.
fn ground(x: f64, y: f64) -> [f64; 3] {
    let grain = (x * 971.0).sin() * (y * 787.0).cos() * 4.0;
    [110.0 + 30.0 * x + grain, 116.0 + 30.0 * x + grain, 120.0 + 20.0 * y + grain]
}

/// A chequered disc on the ground.
fn disc(width: u32, height: u32, centre: (f64, f64), radius: f64) -> Image {
    drawn(width, height, |x, y| {
        let (across, down) = (x - centre.0, y - centre.1);
        if across.hypot(down) > radius {
            return ground(x, y);
        }
        let square = |along: f64| (along / radius * 4.0).floor().rem_euclid(2.0);
        if (square(across) - square(down)).abs() < 0.5 { [240.0, 190.0, 40.0] } else { [200.0, 60.0, 30.0] }
    })
}

fn holds(window: Region, (left, top, right, bottom): (f64, f64, f64, f64)) -> bool {
    window.left <= left
        && window.top <= top
        && window.left + window.width >= right
        && window.top + window.height >= bottom
}

#[test]
fn the_window_holds_the_disc_wherever_it_lies() {
    for (width, height) in [(300_u32, 200_u32), (200, 300), (90, 60)] {
        let (outer_width, outer_height) = (f64::from(width), f64::from(height));
        let side = outer_width.max(outer_height);
        for place in 0..9_u8 {
            let (column, row) = (f64::from(place % 3) / 2.0, f64::from(place / 3) / 2.0);
            let radius = 0.1;
            let centre = (
                radius + column * (outer_width / side - 2.0 * radius),
                radius + row * (outer_height / side - 2.0 * radius),
            );
            let image = disc(width, height, centre, radius * 0.95);
            let box_ = [centre.0 - radius, centre.1 - radius, centre.0 + radius, centre.1 + radius];
            let [left, top, right, bottom] = box_.map(|along| along * side);
            let shorter = outer_width.min(outer_height);
            for window in [(shorter, shorter), (side * 0.4, side * 0.25)] {
                let found = salient(&image, window).unwrap();
                let case = format!("{width}×{height}, {place}, {window:?}: {found:?}");
                assert!(holds(found, (left, top, right, bottom)), "{case}");
                let outer = Region { left: 0.0, top: 0.0, width: outer_width, height: outer_height };
                let (right, bottom) = (found.left + found.width - 1e-6, found.top + found.height - 1e-6);
                assert!(holds(outer, (found.left, found.top, right, bottom)), "{case}");
            }
        }
    }
}

#[test]
fn the_same_pixels_give_the_same_window() {
    let image = disc(600, 400, (0.7, 0.3), 0.1);
    assert_eq!(salient(&image, (400.0, 400.0)).unwrap(), salient(&image, (400.0, 400.0)).unwrap());
}

#[test]
fn scale_does_not_matter() {
    let at = |scale: u32| {
        let window = f64::from(200 * scale);
        let found = salient(&disc(300 * scale, 200 * scale, (0.8, 0.3), 0.12), (window, window)).unwrap();
        found.left / f64::from(scale)
    };
    let once = at(1);
    for scale in 2..6 {
        assert!((at(scale) - once).abs() < 8.0, "{} {once}", at(scale));
    }
}

#[test]
fn where_there_is_nothing_the_centre_is_taken() {
    let flat = drawn(600, 400, |_, _| [90.0, 120.0, 60.0]);
    let found = salient(&flat, (400.0, 400.0)).unwrap();
    assert!((found.left - 100.0).abs() < 4.0 && found.top == 0.0, "{found:?}");
    let found = salient(&flat, (200.0, 100.0)).unwrap();
    assert!((found.left - 200.0).abs() < 4.0 && (found.top - 150.0).abs() < 4.0, "{found:?}");
}

#[test]
fn pictures_of_a_few_pixels_are_looked_at_as_well() {
    for (width, height) in [(1, 1), (2, 1), (1, 500), (3, 2), (2000, 1)] {
        let image = drawn(width, height, ground);
        let window = (f64::from(width).min(2.0), f64::from(height).min(2.0));
        let found = salient(&image, window).unwrap();
        assert!(found.left >= 0.0 && found.left + window.0 <= f64::from(width) + 1e-6, "{found:?}");
        assert!(found.top >= 0.0 && found.top + window.1 <= f64::from(height) + 1e-6, "{found:?}");
    }
    assert_eq!(faces(&drawn(1, 500, ground)).unwrap(), []);
}

/// A face as a child draws it, with light and shade: `size` from the chin to the hair.
pub(crate) fn portrait(width: u32, height: u32, (centre_x, centre_y): (f64, f64), size: f64) -> Image {
    drawn(width, height, |x, y| {
        let (x, y) = ((x - centre_x) / size, (y - centre_y) / size);
        let inside = |x: f64, y: f64, half_width: f64, half_height: f64| (x / half_width).hypot(y / half_height);
        let mix = |under: [f64; 3], over: [f64; 3], part: f64| {
            let part = part.clamp(0.0, 1.0);
            [0, 1, 2].map(|band: usize| under[band] * (1.0 - part) + over[band] * part)
        };
        let soft = |distance: f64| (1.0 - distance) * 12.0 + 0.5;
        let mut colour = [150.0, 170.0, 190.0];
        let (skin, hair, dark) = ([224.0, 178.0, 150.0], [70.0, 45.0, 30.0], [50.0, 30.0, 25.0]);
        colour = mix(colour, [60.0, 70.0, 110.0], soft(inside(x, y - 1.05, 0.75, 0.5)));
        colour = mix(colour, mix(skin, dark, 0.25), soft(inside(x, y - 0.55, 0.18, 0.3)));
        colour = mix(colour, hair, soft(inside(x, y + 0.12, 0.46, 0.56)));
        let shade = 0.12 * (x / 0.36).powi(2) + 0.08 * (y / 0.48).powi(2);
        colour = mix(colour, mix(skin, dark, shade), soft(inside(x, y - 0.06, 0.36, 0.48)));
        for side in [-1.0, 1.0] {
            let (eye, x) = (x - side * 0.15, x * side);
            colour = mix(colour, mix(skin, dark, 0.3), 0.7 * soft(inside(eye, y + 0.03, 0.10, 0.07)));
            colour = mix(colour, [245.0, 240.0, 235.0], soft(inside(eye, y + 0.02, 0.07, 0.032)));
            colour = mix(colour, dark, soft(inside(eye, y + 0.02, 0.032, 0.034)));
            colour = mix(colour, hair, soft(inside(eye, y + 0.11, 0.09, 0.018)));
            colour = mix(colour, mix(skin, dark, 0.35), 0.6 * soft(inside(x - 0.05, y - 0.13, 0.02, 0.10)));
        }
        colour = mix(colour, mix(skin, dark, 0.45), 0.8 * soft(inside(x, y - 0.185, 0.06, 0.02)));
        colour = mix(colour, [170.0, 80.0, 80.0], soft(inside(x, y - 0.32, 0.115, 0.032)));
        colour = mix(colour, dark, 0.7 * soft(inside(x, y - 0.32, 0.10, 0.006)));
        colour
    })
}

#[test]
fn a_drawn_face_is_found_where_it_was_drawn() {
    for (centre, size) in [((0.5, 0.35), 0.4), ((0.75, 0.35), 0.2)] {
        let image = portrait(900, 600, centre, size);
        let found = faces(&image).unwrap();
        assert_eq!(found.len(), 1, "{centre:?} {size}: {found:?}");
        let face = found[0];
        let middle = (face.left + face.width / 2.0, face.top + face.height / 2.0);
        assert!((middle.0 - centre.0 * 900.0).abs() < size * 900.0 * 0.15, "{centre:?}: {face:?}");
        assert!((middle.1 - (centre.1 + size * 0.1) * 900.0).abs() < size * 900.0 * 0.2, "{centre:?}: {face:?}");
        assert!((0.35..1.1).contains(&(face.width / (size * 900.0))), "{centre:?}: {face:?}");
    }
}

#[test]
fn a_disc_is_no_face() {
    assert_eq!(faces(&disc(600, 400, (0.5, 0.3), 0.2)).unwrap(), []);
}
