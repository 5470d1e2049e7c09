//! The scaled transform as the standard's formula has it, in floating point.

use super::encoder::File;
use crate::Scale;
use std::f64::consts::PI;

/// A sample of a file's component, from the lowest coefficients of its block alone; from 0 to 255, not rounded.
pub(super) fn sample(file: &File, component: usize, scale: Scale, x: usize, y: usize) -> f64 {
    let edge = scale.block();
    let component = &file.components[component];
    let block = component.blocks[y / edge * component.across + x / edge];
    let wave = |index: usize, at: usize| {
        let norm = if index == 0 { (1.0 / edge as f64).sqrt() } else { (2.0 / edge as f64).sqrt() };
        norm * ((2 * at + 1) as f64 * index as f64 * PI / (2 * edge) as f64).cos()
    };
    let mut sum = 0.0;
    for v in 0..edge {
        for u in 0..edge {
            let value = f64::from(block[v * 8 + u]) * f64::from(component.quantisation[v * 8 + u]);
            sum += value * wave(u, x % edge) * wave(v, y % edge);
        }
    }
    // A smaller transform of the same coefficients is larger by its norm.
    (sum * edge as f64 / 8.0 + 128.0).clamp(0.0, 255.0)
}
