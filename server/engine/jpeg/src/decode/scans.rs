//! From scan to scan of a file.

use super::DecodeError::{self, Broken, Unsupported};
use super::Scale;
use super::block::Dequantise;
use super::cpu::{self, Avx2, Work};
use super::header::{Grid, Header};
use super::markers::{self, DHT, DQT, DRI, EOI, HuffmanCodes, Markers, QuantisationTables, SOS, Scan, ScanComponent};
use super::progressive::{self, AcChannel, DcChannel, Store};
use super::sequential::{self, Channel, GREY};
use super::stream::Stream;
use super::tables::{AcTable, Codebook, DcTable};
use darkroom_planes::{Plane, Planes};

/// Scans of a file. Encoders write about ten; a small legal file with hundreds of them keeps a decoder busy for
/// minutes.
const MAX_SCANS: usize = 100;

/// Blocks of an MCU at most, by the standard.
const MAX_BLOCKS_OF_MCU: usize = 10;

/// What is kept from picture to picture.
#[derive(Default)]
pub(super) struct Scratch {
    /// Entropy-coded data without its stuffing.
    unstuffed: Vec<u8>,
    dc: [Option<Box<DcTable>>; 4],
    ac: [Option<Box<AcTable>>; 4],
    codebooks: [Option<Box<Codebook>>; 4],
    coefficients: [Store; 3],
}

/// What holds for the next scan.
struct State<'a> {
    header: &'a Header,
    grids: Vec<Grid>,
    codes: HuffmanCodes,
    quantisation: QuantisationTables,
    restart_interval: usize,
    /// By component: the quantisation table of its first scan, which holds for all.
    dequantise: [Option<Dequantise>; 3],
    avx2: Option<Avx2>,
    scale: Scale,
}

impl Scratch {
    /// Decodes a whole file, blocks to `EDGE` x `EDGE` samples. Returns whether anything was damaged.
    pub(super) fn decode<const EDGE: usize>(
        &mut self,
        bytes: &[u8],
        header: &Header,
        scale: Scale,
        planes: &mut Planes,
        avx2: Option<Avx2>,
    ) -> Result<bool, DecodeError> {
        let grids: Vec<Grid> = (0..header.components().len()).map(|component| header.grid(component)).collect();
        let (codes, quantisation) = Default::default();
        let mut state =
            State { header, grids, codes, quantisation, restart_interval: 0, dequantise: [None; 3], avx2, scale };
        state.prepare(planes, EDGE);
        if header.is_progressive() {
            for (store, grid) in self.coefficients.iter_mut().zip(&state.grids) {
                store.reset(grid.padded_across(), grid.padded_down(), EDGE);
            }
        }
        let mut markers = Markers::new(bytes)?;
        let mut damaged = false;
        for scans in 0.. {
            let whole = match state.next_scan(&mut markers) {
                Ok(Some(_)) if scans == MAX_SCANS => return Err(Broken("expected at most 100 scans")),
                Ok(Some(scan)) => self.scan::<EDGE>(&mut state, &scan, &mut markers, planes),
                Ok(None) => break,
                Err(error) => Err(error),
            };
            match whole {
                Ok(whole) => damaged |= !whole,
                // Behind a scan that was decoded, damage is nothing but the end.
                Err(error) if scans == 0 => return Err(error),
                Err(_) => {
                    damaged = true;
                    break;
                }
            }
            if !header.is_progressive() && state.is_complete() {
                break;
            }
        }
        state.finish::<EDGE>(&self.coefficients, planes);
        Ok(damaged || !state.is_complete())
    }

    /// Decodes one scan, and goes behind its data. Returns whether all of it was there.
    fn scan<const EDGE: usize>(
        &mut self,
        state: &mut State,
        scan: &Scan,
        markers: &mut Markers,
        planes: &mut Planes,
    ) -> Result<bool, DecodeError> {
        let mut stream = Stream::new(markers.rest());
        let found = scan.components().iter().map(|component| state.component(component));
        let found = found.collect::<Result<Vec<_>, _>>()?;
        let whole = if state.header.is_progressive() {
            check_progression(scan)?;
            if progressive::is_wanted(scan, EDGE) {
                self.progressive::<EDGE>(state, scan, &found, &mut stream)?
            } else {
                true
            }
        } else {
            self.sequential::<EDGE>(state, scan, &found, &mut stream, planes)?
        };
        markers.pass(stream.length());
        Ok(whole)
    }

    fn sequential<const EDGE: usize>(
        &mut self,
        state: &State,
        scan: &Scan,
        found: &[usize],
        stream: &mut Stream,
        planes: &mut Planes,
    ) -> Result<bool, DecodeError> {
        for ScanComponent { id: _, dc, ac } in scan.components() {
            state.dc_table(&mut self.dc, *dc)?;
            state.ac_table(&mut self.ac, *ac)?;
        }
        let mcus = Mcus::of(state, found)?;
        let mut free = each_plane(planes).map(Some);
        let mut channels = Vec::with_capacity(found.len());
        for ((component, coded), (across, down)) in found.iter().zip(scan.components()).zip(&mcus.blocks) {
            let tables = self.dc[coded.dc].as_deref().zip(self.ac[coded.ac].as_deref());
            let plane = free.get_mut(*component).and_then(Option::take).flatten();
            let (Some((dc, ac)), Some(dequantise), Some(plane)) = (tables, state.dequantise[*component], plane) else {
                return Err(Broken("expected each component of a scan once"));
            };
            let stride = plane.stride();
            let samples = plane.samples_mut();
            channels.push(Channel { dc, ac, dequantise, samples, stride, across: *across, down: *down });
        }
        let channels = channels.as_mut_slice();
        let across = mcus.across;
        Ok(stream.decode(mcus.total, state.restart_interval, &mut self.unstuffed, &mut |bits, run| {
            let Some(bits) = bits else {
                sequential::fill_grey::<EDGE>(channels, across, run.clone());
                return run.end;
            };
            let work = &mut Work::Sequential { channels: &mut *channels, mcus_across: across };
            cpu::decode::<EDGE>(state.avx2, work, bits, run)
        }))
    }

    fn progressive<const EDGE: usize>(
        &mut self,
        state: &State,
        scan: &Scan,
        found: &[usize],
        stream: &mut Stream,
    ) -> Result<bool, DecodeError> {
        let mcus = Mcus::of(state, found)?;
        let (avx2, interval, buffer) = (state.avx2, state.restart_interval, &mut self.unstuffed);
        if let ([component], [coded], true) = (found, scan.components(), scan.first > 0) {
            let grid = state.grids[*component];
            let table = state.codebook(&mut self.codebooks, coded.ac)?;
            let store = &mut self.coefficients[*component];
            let channel = &mut AcChannel { table, store, blocks_across: grid.blocks_across };
            return Ok(stream.decode(mcus.total, interval, buffer, &mut |bits, run| match bits {
                Some(bits) if scan.high == 0 => cpu::decode::<EDGE>(avx2, &mut Work::Ac { channel, scan }, bits, run),
                Some(bits) => cpu::decode::<EDGE>(avx2, &mut Work::Refinement { channel, scan }, bits, run),
                None => run.end,
            }));
        }
        if scan.high == 0 {
            for coded in scan.components() {
                state.dc_table(&mut self.dc, coded.dc)?;
            }
        }
        let mut free = self.coefficients.each_mut().map(Some);
        let mut channels = Vec::with_capacity(found.len());
        for ((component, coded), (across, down)) in found.iter().zip(scan.components()).zip(&mcus.blocks) {
            let table = if scan.high == 0 { self.dc[coded.dc].as_deref() } else { None };
            let store = free[*component].take().ok_or(Broken("expected each component of a scan once"))?;
            channels.push(DcChannel { table, store, across: *across, down: *down });
        }
        let (channels, low, mcus_across) = (channels.as_mut_slice(), scan.low, mcus.across);
        Ok(stream.decode(mcus.total, interval, buffer, &mut |bits, run| match bits {
            Some(bits) => cpu::decode::<EDGE>(avx2, &mut Work::Dc { channels, low, mcus_across }, bits, run),
            None => run.end,
        }))
    }
}

impl State<'_> {
    /// Gives the planes room for whole MCUs.
    fn prepare(&self, planes: &mut Planes, edge: usize) {
        if self.grids.len() == 1 {
            planes.chroma = None;
        } else if planes.chroma.is_none() {
            planes.chroma = Some(Default::default());
        }
        for (plane, grid) in each_plane(planes).into_iter().flatten().zip(&self.grids) {
            let width = grid.padded_across() * edge;
            plane.reset(width, grid.padded_down() * edge, width);
        }
    }

    /// Reads up to the next scan; `None` at the end of the file.
    fn next_scan(&mut self, markers: &mut Markers) -> Result<Option<Scan>, DecodeError> {
        while let Some(segment) = markers.next()? {
            match segment.code {
                DQT => markers::read_quantisation(segment.body, &mut self.quantisation)?,
                DHT => self.codes.read(segment.body)?,
                DRI => self.restart_interval = markers::read_restart_interval(segment.body)?,
                SOS => return Scan::read(segment.body).map(Some),
                EOI => return Ok(None),
                _ => {}
            }
        }
        Ok(None)
    }

    /// The index of a component that a scan names. Its quantisation table is that of its first scan.
    fn component(&mut self, named: &ScanComponent) -> Result<usize, DecodeError> {
        let components = self.header.components();
        let index = components.iter().position(|component| component.id == named.id);
        let index = index.ok_or(Broken("expected the components of the frame in a scan"))?;
        let slot = &mut self.dequantise[index];
        if slot.is_none() {
            let table = self.quantisation.get(usize::from(components[index].quantisation)).copied().flatten();
            *slot = Some(Dequantise::new(table.ok_or(Broken("expected the quantisation table of a component"))?));
        } else if !self.header.is_progressive() {
            return Err(Broken("expected one scan of each component"));
        }
        Ok(index)
    }

    /// Whether each component was in a scan.
    fn is_complete(&self) -> bool {
        self.dequantise.iter().take(self.grids.len()).all(Option::is_some)
    }

    /// Has the table of this number ready.
    fn dc_table(&self, tables: &mut [Option<Box<DcTable>>; 4], number: usize) -> Result<(), DecodeError> {
        let code = self.codes.dc.get(number).and_then(Option::as_ref).ok_or(MISSING_CODE)?;
        if !tables[number].as_ref().is_some_and(|table| table.is_of(code)) {
            tables[number] = Some(Box::new(DcTable::new(code)?));
        }
        Ok(())
    }

    /// Has the table of this number ready.
    fn ac_table(&self, tables: &mut [Option<Box<AcTable>>; 4], number: usize) -> Result<(), DecodeError> {
        let code = self.codes.ac.get(number).and_then(Option::as_ref).ok_or(MISSING_CODE)?;
        if !tables[number].as_ref().is_some_and(|table| table.is_of(code, self.scale)) {
            tables[number] = Some(Box::new(AcTable::new(code, self.scale)?));
        }
        Ok(())
    }

    /// The code of this number for AC coefficients of a progressive file, where scans have codes of their own.
    fn codebook<'a>(
        &self,
        codebooks: &'a mut [Option<Box<Codebook>>; 4],
        number: usize,
    ) -> Result<&'a Codebook, DecodeError> {
        let code = self.codes.ac.get(number).and_then(Option::as_ref).ok_or(MISSING_CODE)?;
        Ok(codebooks[number].insert(Box::new(Codebook::new(code)?)))
    }

    /// Makes samples of a progressive picture's coefficients and grey of components without a scan, and cuts off
    /// what is no part of the picture.
    fn finish<const EDGE: usize>(&self, coefficients: &[Store; 3], planes: &mut Planes) {
        for (index, plane) in each_plane(planes).into_iter().flatten().enumerate() {
            let stride = plane.stride();
            match self.dequantise[index] {
                None => plane.samples_mut().fill(GREY),
                Some(dequantise) if self.header.is_progressive() => {
                    cpu::write::<EDGE>(self.avx2, &coefficients[index], &dequantise, plane.samples_mut(), stride);
                }
                Some(_) => {}
            }
            let (width, height) = self.header.size(index, self.scale);
            plane.reset(width, height, stride);
        }
    }
}

const MISSING_CODE: DecodeError = Unsupported("Huffman codes that the file does not give");

/// How the MCUs of a scan lie.
struct Mcus {
    across: usize,
    total: usize,
    /// Blocks beside and above each other in each, by component.
    blocks: Vec<(usize, usize)>,
}

impl Mcus {
    fn of(state: &State, found: &[usize]) -> Result<Self, DecodeError> {
        if let [component] = found {
            let grid = state.grids[*component];
            let (across, down) = (grid.blocks_across, grid.blocks_down);
            return Ok(Self { across, total: across * down, blocks: vec![(1, 1)] });
        }
        let blocks = found.iter().map(|component| state.grids[*component]);
        let blocks: Vec<_> = blocks.map(|grid| (grid.in_mcu_across, grid.in_mcu_down)).collect();
        if blocks.iter().map(|(across, down)| across * down).sum::<usize>() > MAX_BLOCKS_OF_MCU {
            return Err(Broken("expected at most ten blocks in an MCU"));
        }
        let grid = state.grids[0];
        Ok(Self { across: grid.mcus_across, total: grid.mcus_across * grid.mcus_down, blocks })
    }
}

/// Luma, and chroma where it is.
fn each_plane(planes: &mut Planes) -> [Option<&mut Plane>; 3] {
    match &mut planes.chroma {
        Some([cb, cr]) => [Some(&mut planes.luma), Some(cb), Some(cr)],
        None => [Some(&mut planes.luma), None, None],
    }
}

/// Whether the numbers of a progressive scan are of those that the standard has.
fn check_progression(scan: &Scan) -> Result<(), DecodeError> {
    let Scan { first, last, high, low, .. } = *scan;
    let band = if first == 0 { last == 0 } else { first <= last && last < 64 && scan.components().len() == 1 };
    if band && low <= 13 && (high == 0 || high == low + 1) {
        Ok(())
    } else {
        Err(Broken("expected a scan of a progression"))
    }
}
