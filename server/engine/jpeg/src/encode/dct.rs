//! The forward cosine transform of one block, eight columns at a time.
//!
//! The method is that of Arai, Agui and Nakajima: 29 additions and 5 multiplications for eight samples, and results
//! that are off by a known factor for each frequency. That factor ([`scale`]) costs nothing, because it goes into
//! the number that quantisation multiplies by. Floating point is exact enough that no test tells it from the
//! definition, and eight lanes of it are one register of AVX2.
//!
//! The portable code and that for AVX2 do the same additions and multiplications in the same order (none are
//! fused), so that their results are equal to the last bit.

use std::f32::consts::SQRT_2;

/// Eight rows of eight numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
#[repr(C, align(32))]
pub(super) struct Block(pub [[f32; 8]; 8]);

/// Transforms samples, with 128 already taken off, to frequencies.
///
/// What comes out is turned over: number `[u][v]` belongs to horizontal frequency `u` and vertical frequency `v`.
/// Turning it back would cost a quarter of the transform, and whoever reads it goes through a table anyway.
/// Each number is [`scale`]`(u, v)` times what T.81 calls the coefficient.
#[inline(always)]
pub(super) fn forward(block: &mut Block, transpose: impl Fn(&mut Block)) {
    columns(block);
    transpose(block);
    columns(block);
}

/// How many times larger than the coefficient of T.81 the number for these frequencies is.
pub(super) fn scale(u: usize, v: usize) -> f64 {
    // cos(kπ/16)·√2, and 1 for the mean.
    let factor =
        |k: u8| if k == 0 { 1.0 } else { (f64::from(k) * std::f64::consts::PI / 16.0).cos() * f64::from(2).sqrt() };
    8.0 * factor(u as u8) * factor(v as u8)
}

/// Eight transforms of eight numbers, one for each column.
#[inline(always)]
fn columns(block: &mut Block) {
    let add = |a: [f32; 8], b: [f32; 8]| -> [f32; 8] { std::array::from_fn(|i| a[i] + b[i]) };
    let sub = |a: [f32; 8], b: [f32; 8]| -> [f32; 8] { std::array::from_fn(|i| a[i] - b[i]) };
    let mul = |a: [f32; 8], by: f32| -> [f32; 8] { std::array::from_fn(|i| a[i] * by) };
    let rows = &mut block.0;

    let (s07, d07) = (add(rows[0], rows[7]), sub(rows[0], rows[7]));
    let (s16, d16) = (add(rows[1], rows[6]), sub(rows[1], rows[6]));
    let (s25, d25) = (add(rows[2], rows[5]), sub(rows[2], rows[5]));
    let (s34, d34) = (add(rows[3], rows[4]), sub(rows[3], rows[4]));

    // Even frequencies.
    let (outer, inner) = (add(s07, s34), add(s16, s25));
    rows[0] = add(outer, inner);
    rows[4] = sub(outer, inner);
    let (a, b) = (sub(s16, s25), sub(s07, s34));
    let turned = mul(add(a, b), SQRT_2 / 2.0);
    rows[2] = add(b, turned);
    rows[6] = sub(b, turned);

    // Odd frequencies.
    let (a, b, c) = (add(d34, d25), add(d25, d16), add(d16, d07));
    let shared = mul(sub(a, c), SIN_1_8);
    let low = add(mul(a, COS_MINUS_SIN), shared);
    let high = add(mul(c, COS_PLUS_SIN), shared);
    let middle = mul(b, SQRT_2 / 2.0);
    let (plus, minus) = (add(d07, middle), sub(d07, middle));
    rows[5] = add(minus, low);
    rows[3] = sub(minus, low);
    rows[1] = add(plus, high);
    rows[7] = sub(plus, high);
}

/// sin(π/8).
const SIN_1_8: f32 = 0.382_683_43;
/// cos(π/8) − sin(π/8).
const COS_MINUS_SIN: f32 = 0.541_196_1;
/// cos(π/8) + sin(π/8).
const COS_PLUS_SIN: f32 = 1.306_563;

/// Rows to columns.
#[inline(always)]
pub(super) fn transpose(block: &mut Block) {
    let rows = block.0;
    block.0 = std::array::from_fn(|y| std::array::from_fn(|x| rows[x][y]));
}
