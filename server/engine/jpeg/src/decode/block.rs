//! From the coefficients of one block to its samples.

// Everything here is inlined into loops that are compiled for more than one kind of processor.
#![allow(clippy::inline_always)]

use super::idct::{self, Target};

/// Coefficients of one block in natural order, the first `edge`² of them in use; behind them is the place for those
/// that nobody needs.
pub(super) type Coefficients = [i16; 128];

/// A quantisation table for blocks of each edge.
#[derive(Clone, Copy)]
pub(super) struct Dequantise {
    table: [u16; 64],
}

impl Dequantise {
    pub(super) fn new(table: [u16; 64]) -> Self {
        Self { table }
    }

    #[inline(always)]
    pub(super) fn dc(&self, value: i32) -> i32 {
        value.wrapping_mul(self.table[0].into())
    }

    /// A coefficient by its natural place in a block of 8 x 8.
    #[inline(always)]
    pub(super) fn at(&self, place: usize, value: i32) -> i32 {
        value.wrapping_mul(self.table[place].into())
    }

    /// The lowest `N` x `N` of a block that keeps so many.
    #[inline(always)]
    fn square<const N: usize>(&self, coefficients: &Coefficients) -> [[i32; N]; N] {
        let mut rows = [[0; N]; N];
        for y in 0..N {
            for x in 0..N {
                rows[y][x] = i32::from(coefficients[y * N + x]).wrapping_mul(self.table[y * 8 + x].into());
            }
        }
        rows
    }

    /// Writes the samples of a block that keeps `EDGE` x `EDGE` coefficients.
    #[inline(always)]
    pub(super) fn write<const EDGE: usize>(&self, coefficients: &Coefficients, target: &mut Target) {
        match EDGE {
            1 => target.fill::<1>(idct::flat(self.dc(coefficients[0].into()))),
            2 => {
                let [[dc, across], [down, both]] = self.square(coefficients);
                idct::two([dc, across, down, both], target);
            }
            4 => idct::four(self.square(coefficients), target),
            _ => idct::eight(self.square(coefficients), target),
        }
    }
}
