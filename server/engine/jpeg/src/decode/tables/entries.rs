//! What the entries of the lookup tables are made of, see [`super`].

// As there: numbers of a few bits are packed, and what a loop calls is inlined into it.
#![allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::inline_always)]

use super::{Codebook, END, NO_DETAILED_SKIP, NO_SKIP, SKIP_BITS, Window};

/// All symbols whose codes are in the window, as far as they take [`SKIP_BITS`] at most.
pub(super) fn skip_entry(codebook: &Codebook, window: Window) -> u16 {
    let (mut bits, mut passed) = (0, 0);
    while let Some((length, symbol)) = codebook.within(window, bits) {
        let step = passes(symbol);
        let end = bits + length + size(symbol);
        if end > SKIP_BITS || (step != END && passed + step > 63) {
            break;
        }
        bits = end;
        passed += step;
        if step == END || bits >= window.size {
            break;
        }
    }
    if bits == 0 { NO_SKIP } else { (bits | passed << 8) as u16 }
}

/// As [`skip_entry`], with at most two coefficients and what [`detailed_skip`] tells of them.
pub(super) fn detailed_skip_entry(codebook: &Codebook, window: Window) -> u32 {
    let (mut bits, mut passed, mut found, mut coefficients) = (0, 0, 0, [0; 2]);
    while let Some((length, symbol)) = codebook.within(window, bits) {
        let step = passes(symbol);
        let end = bits + length + size(symbol);
        if end > SKIP_BITS || (step != END && passed + step > 63) {
            break;
        }
        if size(symbol) > 0 {
            // Distances have 5 bits, and 6.
            let at = passed + step - 1;
            if found == 2 || at >= [32, 64][found] {
                break;
            }
            coefficients[found] = at << 4 | size(symbol);
            found += 1;
        }
        bits = end;
        passed += step;
        if step == END || bits >= window.size {
            break;
        }
    }
    if bits == 0 {
        return NO_DETAILED_SKIP;
    }
    bits | passed << 5 | coefficients[0] << 13 | coefficients[1] << 22
}

/// The bits to take, the coefficients passed, and two that are not 0 with their sizes: each a distance from where the
/// entry begins and a size, as `distance << 4 | size`.
#[inline(always)]
pub(super) fn detailed_skip(entry: u32) -> (u32, u32, [u32; 2]) {
    (entry & 31, entry >> 5 & 255, [entry >> 13 & 511, entry >> 22])
}

/// As [`lowest_entry`], with the sizes of the coefficient at zigzag 3 and of one more behind zigzag 4.
pub(super) fn detailed_lowest_entry(codebook: &Codebook, window: Window) -> u64 {
    let (mut bits, mut next, mut values, mut third, mut another) = (0, 1, [0; 5], 0, 0);
    while let Some((length, symbol)) = codebook.within(window, bits) {
        let (step, size) = (passes(symbol), size(symbol));
        let end = bits + length + size;
        if step == END {
            (bits, next) = (end, next + END);
            break;
        }
        let at = next + step - 1;
        match at {
            1 | 2 | 4 => {
                if end > window.size {
                    break;
                }
                values[at as usize] = window.number(bits + length, size);
            }
            3 => third = size,
            _ if at > 63 || (size > 0 && another != 0) => break,
            _ => another = if size > 0 { at << 4 | size } else { another },
        }
        (bits, next) = (end, at + 1);
        if bits >= window.size || next >= 64 {
            break;
        }
    }
    // Values of 11 bits at most, as 12.
    let value = |value: i32| u64::from(value as u16 & 0xfff);
    u64::from(bits | next << 6 | third << 14 | another << 18)
        | value(values[1]) << 28
        | value(values[2]) << 40
        | value(values[4]) << 52
}

/// One symbol or two that the window holds with their extra bits.
pub(super) fn pair_entry(codebook: &Codebook, window: Window) -> u64 {
    let held = |at: u32| {
        let (length, symbol) = codebook.within(window, at)?;
        let end = at + length + size(symbol);
        (end <= window.size).then(|| (end, passes(symbol), size(symbol), window.number(at + length, size(symbol))))
    };
    let Some((end, passed, size, value)) = held(0) else { return 0 };
    // Without a second symbol the first is stored twice, which costs less than to ask.
    let alone = (end, 0, 0, value);
    let (end, second_passed, second_size, second) = if passed == END { alone } else { held(end).unwrap_or(alone) };
    u64::from(end | passed << 8 | second_passed << 16 | size << 24 | second_size << 28)
        | packed(value) << 32
        | packed(second) << 48
}

/// All symbols of the window from the first AC coefficient on, with the values at zigzag 1, 2 and 4.
pub(super) fn lowest_entry(codebook: &Codebook, window: Window) -> u64 {
    let (mut bits, mut next, mut values) = (0, 1, [0; 5]);
    while let Some((length, symbol)) = codebook.within(window, bits) {
        let (step, size) = (passes(symbol), size(symbol));
        let end = bits + length + size;
        if step == END {
            (bits, next) = (end, next + END);
            break;
        }
        // A value that is kept has to be in the window; of others the code is enough.
        if let Some(value) = values.get_mut((next + step - 1) as usize) {
            if end > window.size {
                break;
            }
            *value = window.number(bits + length, size);
        } else if next + step > 64 {
            break;
        }
        (bits, next) = (end, next + step);
        if bits >= window.size || next >= 64 {
            break;
        }
    }
    u64::from(bits | next << 8) | packed(values[1]) << 16 | packed(values[2]) << 32 | packed(values[4]) << 48
}

/// Coefficients that a symbol passes over: its zeros and the value behind them; [`END`] for the rest of the block.
fn passes(symbol: u8) -> u32 {
    let run = u32::from(symbol >> 4);
    if size(symbol) == 0 && run != 15 { END } else { run + 1 }
}

/// Extra bits of a symbol.
fn size(symbol: u8) -> u32 {
    u32::from(symbol & 15)
}

/// One symbol: what `value` holds of it.
pub(super) fn value_entry(length: u32, symbol: u8) -> u32 {
    (length + size(symbol)) | size(symbol) << 8 | passes(symbol) << 16 | length << 24
}

/// A value of at most 11 bits as it lies in an entry.
fn packed(value: i32) -> u64 {
    u64::from(value as u16)
}
