//! Inverse cosine transforms of a block to 1, 2, 4 or 8 samples along each axis.
//!
//! At full size this is the "slow integer" transform of libjpeg, to the bit: the algorithm of Loeffler, Ligtenberg
//! and Moschytz with 13-bit constants, columns first, 2 fractional bits between the passes. The smaller ones
//! transform the lowest 1, 2 x 2 or 4 x 4 coefficients as if they were the whole of a smaller block. At 1/8 that
//! is libjpeg's result to the bit; at 1/4 and 1/2 libjpeg also uses some higher coefficients, with no better
//! picture.
//!
//! Sums wrap: no coefficients of a real picture come near, and those of a forged one may give any sample.

// Everything here is inlined into loops that are compiled for more than one kind of processor.
#![allow(clippy::inline_always)]

/// A block's samples by row, and the way into a plane.
pub(super) struct Target<'a> {
    pub(super) samples: &'a mut [u8],
    /// Of the block's first sample.
    pub(super) at: usize,
    pub(super) stride: usize,
}

impl Target<'_> {
    #[inline(always)]
    fn row<const N: usize>(&mut self, row: usize, samples: [u8; N]) {
        self.samples[self.at + row * self.stride..][..N].copy_from_slice(&samples);
    }

    /// One value for the whole block.
    #[inline(always)]
    pub(super) fn fill<const N: usize>(&mut self, sample: u8) {
        for row in 0..N {
            self.row(row, [sample; N]);
        }
    }
}

/// A sample from a value around 0.
#[inline(always)]
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // clamped
fn sample(value: i32) -> u8 {
    value.wrapping_add(128).clamp(0, 255) as u8
}

/// The sample of a block that has a DC coefficient alone; at any size.
#[inline(always)]
pub(super) fn flat(dc: i32) -> u8 {
    sample(dc.wrapping_add(4) >> 3)
}

/// 2 x 2 samples of the coefficients, row by row.
#[inline(always)]
pub(super) fn two(coefficients: [i32; 4], target: &mut Target) {
    let [dc, across, down, both] = coefficients;
    let dc = dc.wrapping_add(4);
    let (left, right) = (dc.wrapping_add(across), dc.wrapping_sub(across));
    let (more, less) = (down.wrapping_add(both), down.wrapping_sub(both));
    let pixel = |value: i32| sample(value >> 3);
    target.row(0, [pixel(left.wrapping_add(more)), pixel(right.wrapping_add(less))]);
    target.row(1, [pixel(left.wrapping_sub(more)), pixel(right.wrapping_sub(less))]);
}

/// Fractional bits of the constants.
const BITS: u32 = 13;
/// Fractional bits between the passes.
const PASS: u32 = 2;

/// Numbers of one row, or of one column for each.
type Lanes<const N: usize> = [i32; N];

#[inline(always)]
fn zip<const N: usize>(a: Lanes<N>, b: Lanes<N>, of: impl Fn(i32, i32) -> i32) -> Lanes<N> {
    let mut result = [0; N];
    for lane in 0..N {
        result[lane] = of(a[lane], b[lane]);
    }
    result
}

#[inline(always)]
fn add<const N: usize>(a: Lanes<N>, b: Lanes<N>) -> Lanes<N> {
    zip(a, b, i32::wrapping_add)
}

#[inline(always)]
fn sub<const N: usize>(a: Lanes<N>, b: Lanes<N>) -> Lanes<N> {
    zip(a, b, i32::wrapping_sub)
}

#[inline(always)]
fn times<const N: usize>(a: Lanes<N>, constant: i32) -> Lanes<N> {
    a.map(|value| value.wrapping_mul(constant))
}

/// Rounds `fraction` bits away.
#[inline(always)]
fn rounded<const N: usize>(a: Lanes<N>, fraction: u32) -> Lanes<N> {
    a.map(|value| value.wrapping_add(1 << (fraction - 1)) >> fraction)
}

#[inline(always)]
fn transposed<const N: usize>(rows: [Lanes<N>; N]) -> [Lanes<N>; N] {
    let mut columns = [[0; N]; N];
    for (y, row) in rows.iter().enumerate() {
        for (x, value) in row.iter().enumerate() {
            columns[x][y] = *value;
        }
    }
    columns
}

#[inline(always)]
fn samples<const N: usize>(row: Lanes<N>) -> [u8; N] {
    row.map(sample)
}

/// 4 x 4 samples of dequantised coefficients in natural order.
#[inline(always)]
pub(super) fn four(coefficients: [Lanes<4>; 4], target: &mut Target) {
    /// sqrt 2 times the cosine and the sine of 22.5 degrees.
    const COSINE: i32 = 10703;
    const SINE: i32 = 4433;
    #[inline(always)]
    fn pass([a, b, c, d]: [Lanes<4>; 4], fraction: u32) -> [Lanes<4>; 4] {
        let (even, odd) = (times(add(a, c), 1 << BITS), times(sub(a, c), 1 << BITS));
        let outer = add(times(b, COSINE), times(d, SINE));
        let inner = sub(times(b, SINE), times(d, COSINE));
        [add(even, outer), add(odd, inner), sub(odd, inner), sub(even, outer)].map(|row| rounded(row, fraction))
    }
    let rows = transposed(pass(transposed(pass(coefficients, BITS - PASS)), BITS + PASS + 3));
    for (y, row) in rows.into_iter().enumerate() {
        target.row(y, samples(row));
    }
}

/// 8 x 8 samples of dequantised coefficients in natural order.
#[inline(always)]
pub(super) fn eight(coefficients: [Lanes<8>; 8], target: &mut Target) {
    let rows = transposed(pass(transposed(pass(coefficients, BITS - PASS)), BITS + PASS + 3));
    for (y, row) in rows.into_iter().enumerate() {
        target.row(y, samples(row));
    }
}

/// One dimension of the 8-point transform.
#[inline(always)]
fn pass(rows: [Lanes<8>; 8], fraction: u32) -> [Lanes<8>; 8] {
    let [r0, r1, r2, r3, r4, r5, r6, r7] = rows;

    // Even rows: a rotation of 2 and 6 by 22.5 degrees, and a butterfly of 0 and 4.
    let turned = times(add(r2, r6), 4433); // sqrt 2 cos 67.5
    let e2 = sub(turned, times(r6, 15137)); // sqrt 2 (cos 22.5 + cos 67.5)
    let e3 = add(turned, times(r2, 6270)); // sqrt 2 (cos 22.5 - cos 67.5)
    let (e0, e1) = (times(add(r0, r4), 1 << BITS), times(sub(r0, r4), 1 << BITS));
    let even = [add(e0, e3), add(e1, e2), sub(e1, e2), sub(e0, e3)];

    // Odd rows: of each output the own product, one that it shares with a neighbour, and one that all share.
    let (z1, z2) = (add(r7, r1), add(r5, r3));
    let (z3, z4) = (add(r7, r3), add(r5, r1));
    let all = times(add(z3, z4), 9633); // sqrt 2 cos 33.75
    let (z1, z2) = (times(z1, -7373), times(z2, -20995));
    let (z3, z4) = (add(times(z3, -16069), all), add(times(z4, -3196), all));
    let odd = [
        add(add(times(r1, 12299), z1), z4),
        add(add(times(r3, 25172), z2), z3),
        add(add(times(r5, 16819), z2), z4),
        add(add(times(r7, 2446), z1), z3),
    ];

    let out = |row: Lanes<8>| rounded(row, fraction);
    [
        out(add(even[0], odd[0])),
        out(add(even[1], odd[1])),
        out(add(even[2], odd[2])),
        out(add(even[3], odd[3])),
        out(sub(even[3], odd[3])),
        out(sub(even[2], odd[2])),
        out(sub(even[1], odd[1])),
        out(sub(even[0], odd[0])),
    ]
}
