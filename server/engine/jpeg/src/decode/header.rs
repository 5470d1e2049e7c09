//! What a JPEG file says about itself before its first scan.

use super::DecodeError::{self, Broken, Unsupported};
use super::Scale;
use super::markers::{self, DQT, DRI, EOI, Markers, QuantisationTables, SOS, Segment};
use darkroom_planes::Window;

/// What a JPEG file says about itself before its first scan. Reading it decodes nothing.
#[derive(Debug, Clone)]
pub struct Header {
    width: u32,
    height: u32,
    progressive: bool,
    components: Vec<Component>,
    quantisation: Box<QuantisationTables>,
    restart_interval: usize,
    /// Bytes of the file: no scan holds more.
    length: usize,
}

/// One channel of a JPEG.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Component {
    pub(super) id: u8,
    /// Sampling factor across: how many of its blocks lie beside each other in an MCU; 1 to 4.
    pub horizontal: u8,
    /// Sampling factor down; 1 to 4.
    pub vertical: u8,
    /// Number of its quantisation table, 0 to 3.
    pub quantisation: u8,
}

impl Header {
    /// Reads from the start of a file to its first scan.
    pub fn read(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut markers = Markers::new(bytes)?;
        let mut quantisation = Box::<QuantisationTables>::default();
        let (mut frame, mut colour, mut restart_interval) = (None, ColourMarks::default(), 0);
        while let Some(Segment { code, body }) = markers.next()? {
            match code {
                0xC0..=0xC2 if frame.is_none() => frame = Some(Frame::read(body, code == 0xC2)?),
                0xC0..=0xC2 => return Err(Broken("expected one frame")),
                0xC3 | 0xC5..=0xC7 | 0xDE => return Err(Unsupported("lossless or hierarchical")),
                0xC9..=0xCF => return Err(Unsupported("arithmetic coding")),
                0xC8 | 0xF7 => return Err(Unsupported("an extension of JPEG")),
                DQT => markers::read_quantisation(body, &mut quantisation)?,
                DRI => restart_interval = markers::read_restart_interval(body)?,
                0xE0 => colour.jfif |= body.starts_with(b"JFIF\0"),
                0xEE if body.starts_with(b"Adobe") => colour.adobe = body.get(11).copied().or(colour.adobe),
                EOI => return Err(Broken("expected a picture before the end")),
                SOS => {
                    let Frame { width, height, progressive, components } =
                        frame.ok_or(Broken("expected a frame before a scan"))?;
                    colour.check(&components)?;
                    check_sampling(&components)?;
                    let length = bytes.len();
                    return Ok(Self { width, height, progressive, components, quantisation, restart_interval, length });
                }
                // Comments, applications' segments, and Huffman codes, which only decoding needs.
                _ => {}
            }
        }
        Err(Broken("expected a scan"))
    }

    /// Width of the picture in pixels, at least 1.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height of the picture in pixels, at least 1.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// Whether it comes in scans of growing detail.
    pub fn is_progressive(&self) -> bool {
        self.progressive
    }

    /// Whether it has luma only.
    pub fn is_grey(&self) -> bool {
        self.components.len() == 1
    }

    /// Luma alone, or luma and both of chroma.
    pub fn components(&self) -> &[Component] {
        &self.components
    }

    /// A component's quantisation table, row by row; `None` when the file has not given it before its first scan.
    pub fn quantisation(&self, component: &Component) -> Option<&[u16; 64]> {
        self.quantisation.get(usize::from(component.quantisation))?.as_ref()
    }

    /// MCUs between restart markers; 0 without such markers.
    pub fn restart_interval(&self) -> usize {
        self.restart_interval
    }

    /// Bytes that decoding takes at most, the planes that it gives included.
    pub fn memory(&self, scale: Scale) -> u64 {
        self.memory_of(&[scale])
    }

    /// As [`Header::memory`], for all of these scales together.
    pub fn memory_of(&self, scales: &[Scale]) -> u64 {
        let wanted = Scale::ALL.into_iter().rev().filter(|scale| scales.contains(scale));
        let squares = wanted.map(|scale| (scale.block() * scale.block()) as u64);
        let samples: u64 = squares.clone().sum();
        // Those of the largest scale, and those of one smaller scale after the other.
        let coefficients = if self.progressive { 2 * squares.take(2).sum::<u64>() } else { 0 };
        let blocks: u64 = (0..self.components.len()).map(|index| self.grid(index).padded_blocks()).sum();
        blocks * (samples + coefficients) + self.length as u64 + super::tables::MEMORY
    }

    /// The part of a component's plane that is the picture: not rounded, because it is what relates samples of
    /// different planes to each other.
    pub fn window(&self, component: usize, scale: Scale) -> Window {
        let (across, down) = self.greatest();
        let component = self.components[component];
        let edge = match scale {
            Scale::Eighth => 0.125,
            Scale::Quarter => 0.25,
            Scale::Half => 0.5,
            Scale::Full => 1.0,
        };
        let along =
            |pixels: u32, factor: u8, greatest: u8| f64::from(pixels) * f64::from(factor) * edge / f64::from(greatest);
        Window::of(along(self.width, component.horizontal, across), along(self.height, component.vertical, down))
    }

    /// Width and height of a component's plane: its window, rounded up.
    pub(super) fn size(&self, component: usize, scale: Scale) -> (usize, usize) {
        let (across, down) = self.greatest();
        let Component { horizontal, vertical, id: _, quantisation: _ } = self.components[component];
        let along = |pixels: u32, factor: u8, greatest: u8| {
            (pixels as usize * usize::from(factor) * scale.block()).div_ceil(8 * usize::from(greatest))
        };
        (along(self.width, horizontal, across), along(self.height, vertical, down))
    }

    /// How a component lies in blocks.
    pub(super) fn grid(&self, component: usize) -> Grid {
        let (across, down) = self.greatest();
        let Component { horizontal, vertical, id: _, quantisation: _ } = self.components[component];
        let mcus = |pixels: u32, greatest: u8| (pixels as usize).div_ceil(8 * usize::from(greatest));
        let blocks = |pixels: u32, factor: u8, greatest: u8| {
            (pixels as usize * usize::from(factor)).div_ceil(8 * usize::from(greatest))
        };
        Grid {
            mcus_across: mcus(self.width, across),
            mcus_down: mcus(self.height, down),
            in_mcu_across: horizontal.into(),
            in_mcu_down: vertical.into(),
            blocks_across: blocks(self.width, horizontal, across),
            blocks_down: blocks(self.height, vertical, down),
        }
    }

    /// The greatest sampling factors: those of an MCU.
    fn greatest(&self) -> (u8, u8) {
        let across = self.components.iter().map(|component| component.horizontal).max();
        let down = self.components.iter().map(|component| component.vertical).max();
        (across.unwrap_or(1), down.unwrap_or(1))
    }
}

/// A component in blocks of 8 x 8 coefficients.
#[derive(Debug, Clone, Copy)]
pub(super) struct Grid {
    /// MCUs of the picture, when its components are interleaved.
    pub(super) mcus_across: usize,
    pub(super) mcus_down: usize,
    /// Blocks of the component in each of them.
    pub(super) in_mcu_across: usize,
    pub(super) in_mcu_down: usize,
    /// Blocks that hold a part of the picture: what a scan of this component alone has.
    pub(super) blocks_across: usize,
    pub(super) blocks_down: usize,
}

impl Grid {
    /// Blocks beside each other in whole MCUs.
    pub(super) fn padded_across(&self) -> usize {
        self.mcus_across * self.in_mcu_across
    }

    /// Blocks above each other in whole MCUs.
    pub(super) fn padded_down(&self) -> usize {
        self.mcus_down * self.in_mcu_down
    }

    fn padded_blocks(&self) -> u64 {
        self.padded_across() as u64 * self.padded_down() as u64
    }
}

/// A frame's header.
struct Frame {
    width: u32,
    height: u32,
    progressive: bool,
    components: Vec<Component>,
}

impl Frame {
    fn read(body: &[u8], progressive: bool) -> Result<Self, DecodeError> {
        const SHORT: DecodeError = Broken("expected the header of a frame");
        let (&[precision, high, low, wide, narrow, count], listed) = body.split_first_chunk().ok_or(SHORT)?;
        let height = u16::from_be_bytes([high, low]).into();
        let width = u16::from_be_bytes([wide, narrow]).into();
        if width == 0 || height == 0 {
            return Err(Broken("expected a width and a height above 0"));
        }
        if precision != 8 {
            return Err(Unsupported("samples of more or less than 8 bits"));
        }
        if listed.len() != 3 * usize::from(count) {
            return Err(SHORT);
        }
        if !matches!(count, 1 | 3) {
            return Err(Unsupported("neither one nor three components"));
        }
        let component = |bytes: &[u8]| {
            let (horizontal, vertical) = (bytes[1] >> 4, bytes[1] & 15);
            let factors = 1..=4;
            if !factors.contains(&horizontal) || !factors.contains(&vertical) || bytes[2] > 3 {
                return Err(Broken("expected sampling factors from 1 to 4 and a quantisation table from 0 to 3"));
            }
            Ok(Component { id: bytes[0], horizontal, vertical, quantisation: bytes[2] })
        };
        let components = listed.chunks_exact(3).map(component).collect::<Result<Vec<_>, _>>()?;
        Ok(Self { width, height, progressive, components })
    }
}

/// What tells Y, Cb and Cr from R, G and B.
#[derive(Default)]
struct ColourMarks {
    jfif: bool,
    adobe: Option<u8>,
}

impl ColourMarks {
    /// Whether the components are luma and chroma, by the rules that libjpeg decides with.
    fn check(&self, components: &[Component]) -> Result<(), DecodeError> {
        let ids: Vec<u8> = components.iter().map(|component| component.id).collect();
        let rgb = match self.adobe {
            _ if components.len() == 1 || self.jfif => false,
            Some(transform) => transform == 0,
            None => ids == *b"RGB",
        };
        let [first, rest @ ..] = ids.as_slice() else { return Ok(()) };
        if rgb {
            Err(Unsupported("red, green and blue"))
        } else if rest.contains(first) || (rest.len() == 2 && rest[0] == rest[1]) {
            Err(Unsupported("components of one name"))
        } else {
            Ok(())
        }
    }
}

/// Luma has the greatest factors, and both of chroma are of one size.
fn check_sampling(components: &[Component]) -> Result<(), DecodeError> {
    let [luma, chroma @ ..] = components else { return Ok(()) };
    let within = |of: &Component| of.horizontal <= luma.horizontal && of.vertical <= luma.vertical;
    let equal = |of: &[Component]| (of[0].horizontal, of[0].vertical) == (of[1].horizontal, of[1].vertical);
    if chroma.iter().all(within) && chroma.windows(2).all(equal) {
        Ok(())
    } else {
        Err(Unsupported("chroma of two sizes, or larger than luma"))
    }
}
