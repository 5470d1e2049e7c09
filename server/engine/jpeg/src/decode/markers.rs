//! The segments of a JPEG file: markers, and the tables and headers that follow them.

use super::DecodeError::{self, Broken};
use super::zigzag::ZIGZAG;

/// Code of the marker that starts a file.
const SOI: u8 = 0xD8;
/// Code of the marker that ends a file.
pub(super) const EOI: u8 = 0xD9;
/// Code of a segment of Huffman codes.
pub(super) const DHT: u8 = 0xC4;
/// Code of a segment of quantisation tables.
pub(super) const DQT: u8 = 0xDB;
/// Code of the segment that gives the restart interval.
pub(super) const DRI: u8 = 0xDD;
/// Code of the header of a scan.
pub(super) const SOS: u8 = 0xDA;

/// Walks a file from segment to segment.
#[derive(Debug, Clone)]
pub(super) struct Markers<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// A marker with the body of its segment, empty where a marker has none.
#[derive(Debug, Clone, Copy)]
pub(super) struct Segment<'a> {
    pub(super) code: u8,
    pub(super) body: &'a [u8],
}

impl<'a> Markers<'a> {
    /// Starts behind the marker that starts every file.
    pub(super) fn new(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        if bytes.starts_with(&[0xFF, SOI]) {
            Ok(Self { bytes, at: 2 })
        } else {
            Err(Broken("expected the marker that starts a JPEG"))
        }
    }

    /// The next segment; `None` at the end of the file. Bytes before a marker are passed over, as libjpeg does.
    pub(super) fn next(&mut self) -> Result<Option<Segment<'a>>, DecodeError> {
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            let Some(start) = rest.iter().position(|byte| *byte == 0xFF) else { return Ok(None) };
            let Some(code) = rest[start..].iter().position(|byte| *byte != 0xFF) else { return Ok(None) };
            let code_at = self.at + start + code;
            self.at = code_at + 1;
            match self.bytes[code_at] {
                0 => {}
                code @ (0x01 | 0xD0..=0xD7 | EOI) => return Ok(Some(Segment { code, body: &[] })),
                SOI => return Err(Broken("expected one start, found a second one")),
                code => {
                    let length =
                        self.bytes.get(self.at..self.at + 2).ok_or(Broken("expected the length of a segment"))?;
                    let length = usize::from(length[0]) << 8 | usize::from(length[1]);
                    // Comments of length 0 are found, and read by libjpeg.
                    let length = length.max(2);
                    let body = self.bytes.get(self.at + 2..self.at + length);
                    let body = body.ok_or(Broken("expected a whole segment"))?;
                    self.at += length;
                    return Ok(Some(Segment { code, body }));
                }
            }
        }
    }

    /// The bytes from here on: behind the header of a scan, its entropy-coded data.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// Goes on so many bytes later.
    pub(super) fn pass(&mut self, bytes: usize) {
        self.at = self.at.saturating_add(bytes).min(self.bytes.len());
    }
}

/// Quantisation tables by number, in natural order (row by row).
pub(super) type QuantisationTables = [Option<[u16; 64]>; 4];

/// Reads the tables of a DQT segment over those that were there before.
pub(super) fn read_quantisation(mut body: &[u8], tables: &mut QuantisationTables) -> Result<(), DecodeError> {
    const SHORT: DecodeError = Broken("expected 64 numbers in a quantisation table");
    while let Some((kind, rest)) = body.split_first() {
        let width = if kind >> 4 == 0 { 1 } else { 2 };
        let (numbers, rest) = rest.split_at_checked(64 * width).ok_or(SHORT)?;
        let slot = tables.get_mut(usize::from(kind & 15)).ok_or(Broken("expected a quantisation table from 0 to 3"))?;
        let table = slot.insert([0; 64]);
        for (place, number) in ZIGZAG.iter().zip(numbers.chunks_exact(width)) {
            table[usize::from(*place)] = number.iter().fold(0, |sum, byte| sum << 8 | u16::from(*byte));
        }
        body = rest;
    }
    Ok(())
}

/// A Huffman code as the file gives it: how many codes there are of 1 to 16 bits, and what they stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct HuffmanCode {
    pub(super) counts: [u8; 16],
    pub(super) symbols: [u8; 256],
}

/// The codes of a file by number.
#[derive(Debug, Clone, Default)]
pub(super) struct HuffmanCodes {
    pub(super) dc: [Option<HuffmanCode>; 4],
    pub(super) ac: [Option<HuffmanCode>; 4],
}

impl HuffmanCodes {
    /// Reads the codes of a DHT segment over those that were there before.
    pub(super) fn read(&mut self, mut body: &[u8]) -> Result<(), DecodeError> {
        while let Some((kind, rest)) = body.split_first() {
            let (counts, rest) = rest.split_first_chunk().ok_or(Broken("expected a Huffman code"))?;
            let count = counts.iter().map(|count| usize::from(*count)).sum();
            let (listed, rest) =
                rest.split_at_checked(count).ok_or(Broken("expected the symbols of a Huffman code"))?;
            let mut symbols = [0; 256];
            let filled = symbols.get_mut(..count).ok_or(Broken("expected at most 256 Huffman codes"))?;
            filled.copy_from_slice(listed);
            let class = if kind & 0x10 == 0 { &mut self.dc } else { &mut self.ac };
            let slot = class.get_mut(usize::from(kind & !0x10));
            *slot.ok_or(Broken("expected a Huffman code from 0 to 3"))? =
                Some(HuffmanCode { counts: *counts, symbols });
            body = rest;
        }
        Ok(())
    }
}

/// The restart interval that a DRI segment gives, in MCUs; 0 for none.
pub(super) fn read_restart_interval(body: &[u8]) -> Result<usize, DecodeError> {
    let interval = body.first_chunk::<2>().ok_or(Broken("expected a restart interval"))?;
    Ok(u16::from_be_bytes(*interval).into())
}

/// What one scan holds.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Scan {
    /// Components in the scan: the first `count` of the next field.
    count: usize,
    components: [ScanComponent; 4],
    /// Zigzag index of the first and of the last coefficient.
    pub(super) first: u8,
    pub(super) last: u8,
    /// Bits below the lowest of the scan before that refined these coefficients; 0 in a first pass.
    pub(super) high: u8,
    /// Bits below the lowest that this scan gives.
    pub(super) low: u8,
}

/// A component as a scan names it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ScanComponent {
    /// As in the frame's header.
    pub(super) id: u8,
    /// Number of the Huffman code for DC coefficients.
    pub(super) dc: usize,
    /// Number of the Huffman code for AC coefficients.
    pub(super) ac: usize,
}

impl Scan {
    /// Reads an SOS segment.
    pub(super) fn read(body: &[u8]) -> Result<Self, DecodeError> {
        const SHORT: DecodeError = Broken("expected the header of a scan");
        let (count, rest) = body.split_first().ok_or(SHORT)?;
        let count = usize::from(*count);
        let mut scan = Self { count, ..Self::default() };
        let listed = scan.components.get_mut(..count).filter(|listed| !listed.is_empty());
        let listed = listed.ok_or(Broken("expected one to four components in a scan"))?;
        let (components, rest) = rest.split_at_checked(2 * count).ok_or(SHORT)?;
        for (component, bytes) in listed.iter_mut().zip(components.chunks_exact(2)) {
            *component = ScanComponent { id: bytes[0], dc: (bytes[1] >> 4).into(), ac: (bytes[1] & 15).into() };
        }
        let [first, last, bits] = *rest.first_chunk::<3>().ok_or(SHORT)?;
        Ok(Self { first, last, high: bits >> 4, low: bits & 15, ..scan })
    }

    /// The components in the order of an MCU.
    pub(super) fn components(&self) -> &[ScanComponent] {
        &self.components[..self.count]
    }
}
