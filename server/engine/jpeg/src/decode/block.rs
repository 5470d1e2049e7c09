//! From the coefficients of one block to its samples.

// Everything here is inlined into loops that are compiled for more than one kind of processor.
#![allow(clippy::inline_always)]

use super::cpu::Avx2;
use super::idct::{self, Target};

/// Coefficients of one block in natural order, the first `edge`² of them in use; behind them is the place for those
/// that nobody needs.
pub(super) type Coefficients = [i16; 128];

/// A quantisation table.
#[derive(Clone, Copy)]
pub(super) struct Dequantise {
    /// In natural order.
    pub(super) table: [u16; 64],
    /// The lowest 4 x 4 of it.
    pub(super) square: [u16; 16],
}

impl Dequantise {
    pub(super) fn new(table: [u16; 64]) -> Self {
        Self { table, square: std::array::from_fn(|place| table[place / 4 * 8 + place % 4]) }
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
                rows[y][x] = self.at(y * 8 + x, coefficients[y * N + x].into());
            }
        }
        rows
    }

    /// Writes the samples of a block that keeps `EDGE` x `EDGE` coefficients.
    #[inline(always)]
    pub(super) fn write<const EDGE: usize>(
        &self,
        coefficients: &Coefficients,
        target: &mut Target,
        avx2: Option<Avx2>,
    ) {
        match (EDGE, avx2) {
            (1, _) => target.fill::<1>(idct::flat(self.at(0, coefficients[0].into()))),
            (2, _) => {
                let [[dc, across], [down, both]] = self.square(coefficients);
                target.two(idct::two([dc, across, down, both]));
            }
            #[cfg(target_arch = "x86_64")]
            (4, Some(avx2)) => idct::avx2::four(avx2, coefficients, self, target),
            #[cfg(target_arch = "x86_64")]
            (_, Some(avx2)) => idct::avx2::eight(avx2, coefficients, self, target),
            (4, _) => idct::four(self.square(coefficients), target),
            _ => idct::eight(self.square(coefficients), target),
        }
    }
}
