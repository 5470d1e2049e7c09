//! A file that shows in several passes.
//!
//! The passes split frequencies: the means of all channels first, then the low frequencies of luma, chroma, and the
//! rest of luma. Bits are not split (successive approximation): that makes files half a percent smaller, and costs
//! as much time as all the rest, here and in the decoder.

use super::frame::Frame;
use super::huffman::Code;
use super::quantise::{Levels, Quantiser};
use super::symbols::{Symbols, scan};
use super::transform::Transform;
use super::zigzag::in_zigzag;
use super::{EncodeError, markers};

/// The passes behind that of means: a channel, and its band of the zigzag.
const PASSES: [(usize, (u8, u8)); 4] = [(0, (1, 5)), (2, (1, 63)), (1, (1, 63)), (0, (6, 63))];

/// A block, and which of its levels are not zero, in the order of the zigzag.
pub(super) type Stored = (Levels, u64);

/// Writes the scans of a progressive file. `blocks` is memory for one block of each.
pub(super) fn write(
    file: &mut Vec<u8>,
    frame: &Frame,
    quantisers: &[Quantiser; 2],
    transform: Transform,
    symbols: &mut Symbols,
    blocks: &mut [Vec<Stored>; 3],
) -> Result<(), EncodeError> {
    for (channel, blocks) in frame.channels.iter().zip(blocks.iter_mut()) {
        blocks.clear();
        for down in 0..channel.blocks.1 {
            for across in 0..channel.blocks.0 {
                let mut levels = Levels([0; 64]);
                let set = transform(&channel.samples((across, down)), &quantisers[channel.table], &mut levels);
                blocks.push((levels, in_zigzag(set)));
            }
        }
    }
    means(file, frame, symbols, blocks)?;
    for (number, band) in PASSES {
        if let Some(channel) = frame.channels.get(number) {
            symbols.clear();
            let table = channel.table;
            let mut ended = 0;
            for (levels, set) in &blocks[number] {
                symbols.band(levels, *set, band, &mut ended, table);
            }
            symbols.end_blocks(&mut ended, table);
            let codes = symbols.counts.each_ref().map(Code::shortest);
            let place = table as u8;
            markers::code(file, 1, place, &codes[2 * table + 1])?;
            markers::scan(file, &[(number, 0, place)], band, (0, 0))?;
            scan(file, symbols, &codes);
        }
    }
    Ok(())
}

/// The pass of means: all channels, interleaved.
fn means(
    file: &mut Vec<u8>,
    frame: &Frame,
    symbols: &mut Symbols,
    blocks: &[Vec<Stored>; 3],
) -> Result<(), EncodeError> {
    symbols.clear();
    let mut before = [0; 3];
    frame.each_block(|number, place| {
        let channel = &frame.channels[number];
        let mean =
            place.map_or(before[number], |(across, down)| blocks[number][down * channel.blocks.0 + across].0.0[0]);
        symbols.mean(mean, &mut before[number], channel.table);
    });
    let codes = symbols.counts.each_ref().map(Code::shortest);
    let tables = frame.channels.len().min(2) as u8;
    for number in 0..tables {
        markers::code(file, 0, number, &codes[2 * usize::from(number)])?;
    }
    let channels: Vec<_> =
        frame.channels.iter().enumerate().map(|(number, channel)| (number, channel.table as u8, 0)).collect();
    markers::scan(file, &channels, (0, 0), (0, 0))?;
    scan(file, symbols, &codes);
    Ok(())
}
