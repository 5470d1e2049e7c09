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

#[cfg(target_arch = "x86_64")]
pub(super) mod avx2;

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

    /// 2 x 2 samples, row by row.
    #[inline(always)]
    pub(super) fn two(&mut self, [a, b, c, d]: [u8; 4]) {
        self.row(0, [a, b]);
        self.row(1, [c, d]);
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
pub(super) fn two(coefficients: [i32; 4]) -> [u8; 4] {
    let [dc, across, down, both] = coefficients;
    let dc = dc.wrapping_add(4);
    let (left, right) = (dc.wrapping_add(across), dc.wrapping_sub(across));
    let (more, less) = (down.wrapping_add(both), down.wrapping_sub(both));
    let pixel = |value: i32| sample(value >> 3);
    let (above, below) =
        ([left.wrapping_add(more), right.wrapping_add(less)], [left.wrapping_sub(more), right.wrapping_sub(less)]);
    [pixel(above[0]), pixel(above[1]), pixel(below[0]), pixel(below[1])]
}

/// Fractional bits of the constants. Between the passes there are [`PASS`] of them.
const BITS: u32 = 13;
const PASS: u32 = 2;

/// How a pass ends: sums get a bias, and then lose so many bits.
#[derive(Clone, Copy)]
struct Rounding {
    bias: i32,
    fraction: u32,
}

impl Rounding {
    /// To the nearest, and up by `more`.
    const fn new(fraction: u32, more: i32) -> Self {
        Self { bias: (1 << (fraction - 1)) + (more << fraction), fraction }
    }
}

/// The pass over columns, and that over rows, which gives samples around 128.
const FIRST: Rounding = Rounding::new(BITS - PASS, 0);
const SECOND: Rounding = Rounding::new(BITS + PASS + 3, 128);

/// sqrt 2 times the cosine and the sine of 22.5 degrees.
const COSINE: i32 = 10703;
const SINE: i32 = 4433;

/// Numbers of one row, one of each column.
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

#[inline(always)]
fn scaled<const N: usize>(a: Lanes<N>, by: Rounding) -> Lanes<N> {
    a.map(|value| value.wrapping_shl(BITS).wrapping_add(by.bias))
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

/// Writes rows of samples.
#[inline(always)]
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // clamped
fn write<const N: usize>(rows: [Lanes<N>; N], target: &mut Target) {
    for (y, row) in rows.into_iter().enumerate() {
        target.row(y, row.map(|value| value.clamp(0, 255) as u8));
    }
}

/// 4 x 4 samples of dequantised coefficients in natural order.
#[inline(always)]
pub(super) fn four(coefficients: [Lanes<4>; 4], target: &mut Target) {
    #[inline(always)]
    fn pass([a, b, c, d]: [Lanes<4>; 4], by: Rounding) -> [Lanes<4>; 4] {
        let (even, odd) = (scaled(add(a, c), by), scaled(sub(a, c), by));
        let outer = add(times(b, COSINE), times(d, SINE));
        let inner = sub(times(b, SINE), times(d, COSINE));
        let sums = [add(even, outer), add(odd, inner), sub(odd, inner), sub(even, outer)];
        sums.map(|row| row.map(|value| value >> by.fraction))
    }
    write(transposed(pass(transposed(pass(coefficients, FIRST)), SECOND)), target);
}

/// 8 x 8 samples of dequantised coefficients in natural order.
#[inline(always)]
pub(super) fn eight(coefficients: [Lanes<8>; 8], target: &mut Target) {
    write(transposed(pass(transposed(pass(coefficients, FIRST)), SECOND)), target);
}

// Constants of the 8-point transform, where c(k) is sqrt 2 times the cosine of k times 11.25 degrees.

/// For even rows: c(6), -c(2) - c(6), c(2) - c(6).
const EVEN: [i32; 3] = [4433, -15137, 6270];
/// For all odd rows together: c(3).
const ALL: i32 = 9633;
/// For two odd rows together: c(7) - c(3), -c(1) - c(3), -c(3) - c(5), c(5) - c(3).
const SHARED: [i32; 4] = [-7373, -20995, -16069, -3196];
/// For rows 1, 3, 5 and 7: c(1) + c(3) - c(5) - c(7), and the same with one other sign each.
const OWN: [i32; 4] = [12299, 25172, 16819, 2446];

/// One dimension of the 8-point transform.
#[inline(always)]
fn pass(rows: [Lanes<8>; 8], by: Rounding) -> [Lanes<8>; 8] {
    let [r0, r1, r2, r3, r4, r5, r6, r7] = rows;

    // A rotation of 2 and 6, and a butterfly of 0 and 4.
    let turned = times(add(r2, r6), EVEN[0]);
    let e2 = add(turned, times(r6, EVEN[1]));
    let e3 = add(turned, times(r2, EVEN[2]));
    let (e0, e1) = (scaled(add(r0, r4), by), scaled(sub(r0, r4), by));
    let even = [add(e0, e3), add(e1, e2), sub(e1, e2), sub(e0, e3)];

    // Of each odd row its own product, one that it shares with a neighbour, and one that all share.
    let (z1, z2) = (add(r7, r1), add(r5, r3));
    let (z3, z4) = (add(r7, r3), add(r5, r1));
    let all = times(add(z3, z4), ALL);
    let (z1, z2) = (times(z1, SHARED[0]), times(z2, SHARED[1]));
    let (z3, z4) = (add(times(z3, SHARED[2]), all), add(times(z4, SHARED[3]), all));
    let odd = [
        add(add(times(r1, OWN[0]), z1), z4),
        add(add(times(r3, OWN[1]), z2), z3),
        add(add(times(r5, OWN[2]), z2), z4),
        add(add(times(r7, OWN[3]), z1), z3),
    ];

    let out = |row: Lanes<8>| row.map(|value| value >> by.fraction);
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
