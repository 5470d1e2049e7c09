//! From scan to scan of a file.
//!
//! Several scales share one walk. Of sequential data each scale reads the same bits, whatever they are, so that the
//! coefficients of the largest scale hold those of all others, and what is damage for one is damage for all. Scans
//! of a progressive file are not needed by every scale: damage counts for those that need them, and coefficients are
//! kept apart from where the refinements begin that only the full size has. What would need more than that (an error
//! in a scan that some scales do not look at, a first pass behind a refinement) is rare, and left to one walk for
//! each scale.

use super::DecodeError::{self, Broken, Unsupported};
use super::Scale;
use super::block::Dequantise;
use super::cpu::{self, Avx2, Work};
use super::details::Details;
use super::header::{Grid, Header};
use super::markers::{self, DHT, DQT, DRI, EOI, HuffmanCodes, Markers, QuantisationTables, SOS, Scan, ScanComponent};
use super::pictures::{ByScale, Output, Pictures};
use super::progressive::{self, AcChannel, DcChannel, Store};
use super::sequential::{self, Channel, GREY};
use super::stream::Stream;
use super::tables::{AcTable, Codebook, DcTable};
use darkroom_planes::Light;

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
    /// Those of luma, and those of chroma, whose scale may be another one.
    ac: [[Option<Box<AcTable>>; 4]; 2],
    codebooks: [Option<Box<Codebook>>; 4],
    coefficients: [Store; 3],
    /// Those of smaller scales, where several are decoded.
    smaller: [Store; 3],
}

/// Why scales were not decoded together.
pub(super) enum Failure {
    /// Each of them alone fails with this.
    Alike(DecodeError),
    /// They may differ in what becomes of them, and have to be decoded one by one.
    Apart,
}

impl From<DecodeError> for Failure {
    fn from(error: DecodeError) -> Self {
        Self::Alike(error)
    }
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
    light: Light,
    /// The largest scale that is wanted.
    scale: Scale,
    /// There are smaller ones too.
    several: bool,
    /// The next smaller one, where that is 1/2 or 1/4 and the largest is full size: with AC coefficients that are not
    /// refined.
    unrefined: Option<Scale>,
    /// By component: whether the coefficients of that one are apart from those of full size.
    apart: [bool; 3],
}

impl Scratch {
    /// Decodes a whole file to all pictures that are wanted, `EDGE` being the block of the largest scale.
    pub(super) fn decode<const EDGE: usize>(
        &mut self,
        bytes: &[u8],
        header: &Header,
        (avx2, light): (Option<Avx2>, Light),
        pictures: &mut Pictures,
    ) -> Result<(), Failure> {
        let grids: Vec<Grid> = (0..header.components().len()).map(|component| header.grid(component)).collect();
        pictures.prepare(header, &grids);
        let mut state = State::new(header, grids, avx2, light, pictures);
        if header.is_progressive() {
            for (store, grid) in self.coefficients.iter_mut().zip(&state.grids) {
                store.reset(grid.padded_across(), grid.padded_down(), EDGE);
            }
        }
        let mut markers = Markers::new(bytes)?;
        for scans in 0.. {
            let begun = state.dequantise;
            let scanned = match state.next_scan(&mut markers) {
                Ok(Some(_)) if scans == MAX_SCANS => return Err(Broken("expected at most 100 scans").into()),
                Ok(Some(scan)) => self.scan::<EDGE>(&mut state, &scan, &mut markers, pictures),
                Ok(None) => break,
                Err(error) => Err(error.into()),
            };
            match scanned {
                Ok(()) => {}
                // Behind a scan that was decoded, damage is nothing but the end. Nothing was written for components
                // that would have begun with this scan: what their planes hold is another picture.
                Err(Failure::Alike(_)) if scans > 0 => {
                    state.dequantise = begun;
                    pictures.damage(|_| true);
                    break;
                }
                Err(failure) => return Err(failure),
            }
            if !header.is_progressive() && state.is_complete() {
                break;
            }
        }
        if !state.is_complete() {
            pictures.damage(|_| true);
        }
        self.finish(&state, pictures);
        Ok(())
    }

    /// Decodes one scan, and goes behind its data.
    fn scan<const EDGE: usize>(
        &mut self,
        state: &mut State,
        scan: &Scan,
        markers: &mut Markers,
        pictures: &mut Pictures,
    ) -> Result<(), Failure> {
        let mut stream = Stream::new(markers.rest());
        let found = scan.components().iter().map(|component| state.component(component));
        let found = found.collect::<Result<Vec<_>, _>>()?;
        if state.header.is_progressive() {
            check_progression(scan)?;
            // What a smaller scale needs, larger ones need too.
            if progressive::is_wanted(scan, EDGE) {
                self.keep_unrefined(state, scan, &found)?;
                let needed = |scale: Scale| progressive::is_wanted(scan, scale.block());
                match self.progressive::<EDGE>(state, scan, &found, &mut stream) {
                    Ok(true) => {}
                    Ok(false) => pictures.damage(needed),
                    Err(error) if pictures.scales().all(needed) => return Err(error.into()),
                    Err(_) => return Err(Failure::Apart),
                }
            }
        } else if !self.sequential::<EDGE>(state, scan, &found, &mut stream, pictures)? {
            pictures.damage(|_| true);
        }
        markers.pass(stream.length());
        Ok(())
    }

    fn sequential<const EDGE: usize>(
        &mut self,
        state: &State,
        scan: &Scan,
        found: &[usize],
        stream: &mut Stream,
        pictures: &mut Pictures,
    ) -> Result<bool, DecodeError> {
        let details: Vec<_> = found.iter().map(|component| state.details(*component)).collect();
        let largest = |outputs: &Option<ByScale<Output>>| {
            Scale::ALL.into_iter().rev().find(|scale| outputs.as_ref().is_some_and(|of| of[*scale as usize].is_some()))
        };
        let mut free = pictures.outputs();
        let scales = free.each_ref().map(largest);
        let scale_of = |component: usize| scales.get(component).copied().flatten();
        for ((component, coded), details) in found.iter().zip(scan.components()).zip(&details) {
            let scale = scale_of(*component).ok_or(NOT_ONCE)?;
            state.dc_table(&mut self.dc, coded.dc)?;
            state.ac_table(&mut self.ac[usize::from(*component > 0)], coded.ac, scale, details.is_some())?;
        }
        let mcus = Mcus::of(state, found)?;
        let several = state.several;
        let mut channels = Vec::with_capacity(found.len());
        let parts = found.iter().zip(scan.components()).zip(&mcus.blocks).zip(&details);
        for (((component, coded), (across, down)), details) in parts {
            let ac = self.ac[usize::from(*component > 0)][coded.ac].as_deref();
            let scale = scale_of(*component).ok_or(NOT_ONCE)?;
            let mut outputs = free.get_mut(*component).and_then(Option::take);
            let output = outputs.as_mut().and_then(|outputs| outputs[scale as usize].take());
            let (Some((dc, ac)), Some(dequantise), Some(output), Some([eighth, quarter, half, _])) =
                (self.dc[coded.dc].as_deref().zip(ac), state.dequantise[*component], output, outputs)
            else {
                return Err(NOT_ONCE);
            };
            channels.push(Channel {
                dc,
                ac,
                dequantise,
                details: details.as_ref(),
                edge: scale.block(),
                output,
                smaller: [eighth, quarter, half],
                across: *across,
                down: *down,
            });
        }
        let channels = channels.as_mut_slice();
        let across = mcus.across;
        Ok(stream.decode(mcus.total, state.restart_interval, &mut self.unstuffed, &mut |bits, run| {
            let Some(bits) = bits else {
                sequential::fill_grey(channels, across, run.clone());
                return run.end;
            };
            let (channels, mcus_across) = (&mut *channels, across);
            let mut work = if several {
                Work::Several { channels, mcus_across }
            } else {
                Work::Sequential { channels, mcus_across }
            };
            cpu::decode::<EDGE>(state.avx2, &mut work, bits, run)
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
            let store = free[*component].take().ok_or(NOT_ONCE)?;
            channels.push(DcChannel { table, store, across: *across, down: *down });
        }
        let (channels, low, mcus_across) = (channels.as_mut_slice(), scan.low, mcus.across);
        Ok(stream.decode(mcus.total, interval, buffer, &mut |bits, run| match bits {
            Some(bits) => cpu::decode::<EDGE>(avx2, &mut Work::Dc { channels, low, mcus_across }, bits, run),
            None => run.end,
        }))
    }

    /// Before the first refinement of AC coefficients, which full size alone has, keeps what smaller scales need.
    fn keep_unrefined(&mut self, state: &mut State, scan: &Scan, found: &[usize]) -> Result<(), Failure> {
        let (Some(scale), [component], true) = (state.unrefined, found, scan.first > 0) else { return Ok(()) };
        let apart = &mut state.apart[*component];
        if scan.high > 0 && !*apart {
            self.smaller[*component].keep_lowest(&self.coefficients[*component], scale);
            *apart = true;
        } else if *apart && progressive::is_wanted(scan, scale.block()) {
            return Err(Failure::Apart);
        }
        Ok(())
    }

    /// Makes samples of a progressive picture's coefficients and grey of components without a scan, and cuts off
    /// what is no part of the picture.
    fn finish(&mut self, state: &State, pictures: &mut Pictures) {
        for (component, outputs) in pictures.outputs().into_iter().enumerate() {
            let outputs = Scale::ALL.into_iter().zip(outputs.unwrap_or_default());
            let outputs = outputs.rev().filter_map(|(scale, output)| Some((scale, output?)));
            match state.dequantise[component] {
                None => outputs.for_each(|(_, Output { samples, stride: _ })| samples.fill(GREY)),
                Some(dequantise) if state.header.is_progressive() => {
                    let (mut store, mut spare) = (&mut self.coefficients[component], &mut self.smaller[component]);
                    for (scale, output) in outputs {
                        if Some(scale) == state.unrefined && state.apart[component] {
                            spare.copy_dc(store);
                            std::mem::swap(&mut store, &mut spare);
                        } else if scale < state.scale {
                            spare.keep_lowest(store, scale);
                            std::mem::swap(&mut store, &mut spare);
                        }
                        cpu::write(state.avx2, scale, store, &dequantise, output);
                    }
                }
                Some(_) => {}
            }
        }
        pictures.finish(state.header);
    }
}

impl<'a> State<'a> {
    fn new(header: &'a Header, grids: Vec<Grid>, avx2: Option<Avx2>, light: Light, pictures: &Pictures) -> Self {
        let mut scales = pictures.scales();
        let scale = scales.next().unwrap_or(Scale::Eighth);
        let second = scales.next();
        let several = second.is_some();
        let unrefined = second.filter(|next| scale == Scale::Full && *next > Scale::Eighth);
        Self {
            header,
            grids,
            codes: HuffmanCodes::default(),
            quantisation: QuantisationTables::default(),
            restart_interval: 0,
            dequantise: [None; 3],
            avx2,
            light,
            scale,
            several,
            unrefined,
            apart: [false; 3],
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

    /// What is left out of a component, where that is to give its light: of luma, unless nothing is left out.
    fn details(&self, component: usize) -> Option<Details> {
        let luma = component == 0 && self.light == Light::Linear;
        let dequantise = self.dequantise[component].filter(|_| luma && (self.scale < Scale::Full || self.several))?;
        Some(Details::new(&dequantise.table))
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
    fn ac_table(
        &self,
        tables: &mut [Option<Box<AcTable>>; 4],
        number: usize,
        scale: Scale,
        with_details: bool,
    ) -> Result<(), DecodeError> {
        let code = self.codes.ac.get(number).and_then(Option::as_ref).ok_or(MISSING_CODE)?;
        if !tables[number].as_ref().is_some_and(|table| table.is_of(code, scale, with_details)) {
            tables[number] = Some(Box::new(AcTable::new(code, scale, with_details)?));
        }
        Ok(())
    }

    /// The code of this number for AC coefficients of a progressive file, where scans have codes of their own.
    fn codebook<'b>(
        &self,
        codebooks: &'b mut [Option<Box<Codebook>>; 4],
        number: usize,
    ) -> Result<&'b Codebook, DecodeError> {
        let code = self.codes.ac.get(number).and_then(Option::as_ref).ok_or(MISSING_CODE)?;
        Ok(codebooks[number].insert(Box::new(Codebook::new(code)?)))
    }
}

const NOT_ONCE: DecodeError = Broken("expected each component of a scan once");

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
