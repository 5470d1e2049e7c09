//! What a file holds beside its scans.

use super::frame::Frame;
use super::huffman::Code;
use super::zigzag::NATURAL;
use super::{EncodeError, Settings};

/// Most bytes that a segment holds behind its length.
const LONGEST: usize = 65_533;

/// What every part of a profile begins with.
const PROFILE: &[u8] = b"ICC_PROFILE\0";

/// Bytes of a profile in one segment: what is left by its name, its number and how many there are.
const PROFILE_PART: usize = LONGEST - PROFILE.len() - 2;

/// The start of the file, and what describes the picture to others than the decoder.
pub(super) fn start(file: &mut Vec<u8>, settings: &Settings) -> Result<(), EncodeError> {
    file.extend([0xFF, 0xD8]);
    let (unit, density) = settings.density.map_or((0, 1), |dots| (1, dots.max(1)));
    let [high, low] = density.to_be_bytes();
    // JFIF 1.01, no thumbnail.
    segment(file, 0xE0, &[b'J', b'F', b'I', b'F', 0, 1, 1, unit, high, low, high, low, 0, 0])?;
    for &(marker, bytes) in settings.segments {
        if !matches!(marker, 0xE1..=0xEF | 0xFE) {
            return Err(EncodeError::Marker(marker));
        }
        segment(file, marker, bytes)?;
    }
    if let Some(profile) = settings.profile {
        let parts = profile.chunks(PROFILE_PART);
        let count = u8::try_from(parts.len()).map_err(|_| EncodeError::Profile(profile.len()))?;
        for (part, number) in parts.zip(1..=count) {
            segment(file, 0xE2, &[PROFILE, &[number, count], part].concat())?;
        }
    }
    Ok(())
}

/// Quantisation tables (in rows of equal vertical frequency; at most 255), the first for luma.
pub(super) fn quantisation(file: &mut Vec<u8>, tables: &[&[u16; 64]]) -> Result<(), EncodeError> {
    for (table, number) in tables.iter().zip(0..) {
        let mut bytes = vec![number];
        bytes.extend(NATURAL.iter().map(|&k| table[usize::from(k)] as u8));
        segment(file, 0xDB, &bytes)?;
    }
    Ok(())
}

/// The frame: size, channels, which tables.
pub(super) fn frame(file: &mut Vec<u8>, frame: &Frame, progressive: bool) -> Result<(), EncodeError> {
    let (width, height) = frame.size;
    let mut bytes = vec![8];
    bytes.extend(height.to_be_bytes());
    bytes.extend(width.to_be_bytes());
    bytes.push(frame.channels.len() as u8);
    for (channel, number) in frame.channels.iter().zip(1..) {
        bytes.extend([number, (channel.factor << 4 | channel.factor) as u8, channel.table as u8]);
    }
    segment(file, if progressive { 0xC2 } else { 0xC0 }, &bytes)
}

/// One Huffman table. `class` is 0 for means, 1 for other frequencies.
pub(super) fn code(file: &mut Vec<u8>, class: u8, number: u8, code: &Code) -> Result<(), EncodeError> {
    let mut bytes = vec![class << 4 | number];
    bytes.extend(code.counts);
    bytes.extend(&code.symbols);
    segment(file, 0xC4, &bytes)
}

/// Start of a scan: channels by number from 0 with their tables (means, others), the band, and the bit positions
/// of successive approximation (before, now).
pub(super) fn scan(
    file: &mut Vec<u8>,
    channels: &[(usize, u8, u8)],
    band: (u8, u8),
    bits: (u8, u8),
) -> Result<(), EncodeError> {
    let mut bytes = vec![channels.len() as u8];
    for &(channel, dc, ac) in channels {
        bytes.extend([channel as u8 + 1, dc << 4 | ac]);
    }
    bytes.extend([band.0, band.1, bits.0 << 4 | bits.1]);
    segment(file, 0xDA, &bytes)
}

/// The end of the file.
pub(super) fn end(file: &mut Vec<u8>) {
    file.extend([0xFF, 0xD9]);
}

fn segment(file: &mut Vec<u8>, marker: u8, bytes: &[u8]) -> Result<(), EncodeError> {
    if bytes.len() > LONGEST {
        return Err(EncodeError::Segment { marker, bytes: bytes.len() });
    }
    file.extend([0xFF, marker]);
    file.extend((bytes.len() as u16 + 2).to_be_bytes());
    file.extend(bytes);
    Ok(())
}
