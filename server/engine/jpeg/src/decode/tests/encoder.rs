//! Files of known coefficients: an encoder that writes any sampling and any order of scans.

use crate::Scale;
use crate::decode::zigzag::ZIGZAG;

/// What a file holds.
#[derive(Clone)]
pub(super) struct File {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) components: Vec<Channel>,
    pub(super) restart_interval: usize,
    /// Identifiers of the components.
    pub(super) names: [u8; 3],
    /// The colour transform of an Adobe segment.
    pub(super) adobe: Option<u8>,
}

#[derive(Clone)]
pub(super) struct Channel {
    factors: (usize, usize),
    pub(super) quantisation: [u16; 64],
    /// Coefficients of whole MCUs in natural order, by row.
    pub(super) blocks: Vec<[i16; 64]>,
    /// Blocks beside each other.
    pub(super) across: usize,
}

/// One scan of some components.
#[derive(Clone)]
pub(super) struct ScanOf {
    components: Vec<usize>,
    pass: Option<Pass>,
}

/// A scan of a progression.
#[derive(Clone, Copy)]
pub(super) struct Pass {
    first: usize,
    last: usize,
    high: u8,
    low: u8,
}

impl Pass {
    pub(super) fn first(first: usize, last: usize, low: u8) -> Self {
        Self { first, last, high: 0, low }
    }

    pub(super) fn refinement(first: usize, last: usize, low: u8) -> Self {
        Self { first, last, high: low + 1, low }
    }
}

/// Numbers that look random and are the same each time.
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    pub(super) fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 20) % limit
    }

    fn around_zero(&mut self, limit: u64) -> i16 {
        i16::try_from(self.below(2 * limit + 1).cast_signed() - limit.cast_signed()).expect("a small number")
    }
}

impl File {
    /// A picture with flat blocks, blocks of few low frequencies, and blocks of all.
    pub(super) fn random(seed: u64, width: u32, height: u32, sampling: &[(u8, u8)]) -> Self {
        Self::of(seed, width, height, sampling, |random, block| {
            let count = [0, 0, 3, 12, 64][usize::try_from(random.below(5)).expect("an index")];
            block[0] = random.around_zero(90);
            for index in 1..count.max(1) {
                if random.below(3) > 0 {
                    let limit = if random.below(30) == 0 { 200 } else { 1 + 60 / (index * index) as u64 };
                    block[usize::from(ZIGZAG[index])] = random.around_zero(limit);
                }
            }
        })
    }

    /// Coefficients as large as the code can say, with quantisation as coarse as it can be.
    pub(super) fn wild(seed: u64, width: u32, height: u32, sampling: &[(u8, u8)]) -> Self {
        let mut file = Self::of(seed, width, height, sampling, |random, block| {
            block.fill_with(|| random.around_zero(32767));
            block[0] = random.around_zero(16000);
        });
        for component in &mut file.components {
            component.quantisation = std::array::from_fn(|place| 65535 - 500 * place as u16);
        }
        file
    }

    fn of(
        seed: u64,
        width: u32,
        height: u32,
        sampling: &[(u8, u8)],
        fill: impl Fn(&mut Random, &mut [i16; 64]),
    ) -> Self {
        let mut random = Random::new(seed);
        let (width, height) = (width as usize, height as usize);
        let factors: Vec<(usize, usize)> = sampling.iter().map(|(h, v)| ((*h).into(), (*v).into())).collect();
        let (h, v) = (factors.iter().map(|f| f.0).max().unwrap(), factors.iter().map(|f| f.1).max().unwrap());
        let components = factors.into_iter().map(|factors| {
            let across = width.div_ceil(8 * h) * factors.0;
            let mut blocks = vec![[0; 64]; across * height.div_ceil(8 * v) * factors.1];
            for block in &mut blocks {
                fill(&mut random, block);
            }
            Channel { factors, quantisation: std::array::from_fn(|place| 3 + place as u16 % 9), blocks, across }
        });
        let components = components.collect();
        Self { width, height, components, restart_interval: 0, names: [1, 2, 3], adobe: None }
    }

    /// The same with so many bits of each AC coefficient cut off, towards 0.
    pub(super) fn without_low_bits(&self, bits: u32) -> Self {
        let mut file = self.clone();
        for block in file.components.iter_mut().flat_map(|component| &mut component.blocks) {
            block[1..].iter_mut().for_each(|value| *value = *value / (1 << bits) * (1 << bits));
        }
        file
    }

    fn greatest(&self) -> (usize, usize) {
        let factors = || self.components.iter().map(|component| component.factors);
        (factors().map(|f| f.0).max().unwrap(), factors().map(|f| f.1).max().unwrap())
    }

    /// Width and height of the picture in samples of a component.
    pub(super) fn extent(&self, component: usize, scale: Scale) -> (f64, f64) {
        let ((h, v), factors) = (self.greatest(), self.components[component].factors);
        let along = |pixels: usize, factor: usize, of: usize| {
            pixels as f64 * factor as f64 / of as f64 * scale.block() as f64 / 8.0
        };
        (along(self.width, factors.0, h), along(self.height, factors.1, v))
    }

    /// A file of one scan.
    pub(super) fn sequential(&self) -> Vec<u8> {
        self.write(&[ScanOf { components: (0..self.components.len()).collect(), pass: None }])
    }

    /// A scan for each component.
    pub(super) fn one_scan_each(&self) -> Vec<ScanOf> {
        (0..self.components.len()).map(|component| ScanOf { components: vec![component], pass: None }).collect()
    }

    /// A progression; passes over AC coefficients are one scan for each component.
    pub(super) fn progressive(&self, passes: &[Pass]) -> Vec<u8> {
        let all: Vec<usize> = (0..self.components.len()).collect();
        let scans = passes.iter().flat_map(|pass| {
            let of = |components: &[usize]| ScanOf { components: components.to_vec(), pass: Some(*pass) };
            if pass.first == 0 { vec![of(&all)] } else { all.chunks(1).map(of).collect() }
        });
        self.write(&scans.collect::<Vec<_>>())
    }

    pub(super) fn write(&self, scans: &[ScanOf]) -> Vec<u8> {
        let mut bytes = vec![0xFF, 0xD8];
        let mut segment = |code: u8, body: &[u8]| {
            bytes.extend([0xFF, code]);
            bytes.extend(u16::try_from(body.len() + 2).expect("a short segment").to_be_bytes());
            bytes.extend(body);
        };
        if let Some(transform) = self.adobe {
            segment(0xEE, &[b'A', b'd', b'o', b'b', b'e', 0, 100, 0, 0, 0, 0, transform]);
        }
        for (number, component) in (0..).zip(&self.components) {
            let values = ZIGZAG.iter().flat_map(|place| component.quantisation[usize::from(*place)].to_be_bytes());
            segment(0xDB, &std::iter::once(0x10 | number).chain(values).collect::<Vec<u8>>());
        }
        let progressive = scans.iter().any(|scan| scan.pass.is_some());
        let mut frame = vec![8];
        frame.extend([self.height, self.width].iter().flat_map(|side| u16::try_from(*side).unwrap().to_be_bytes()));
        frame.push(u8::try_from(self.components.len()).unwrap());
        for (number, Channel { factors, .. }) in (0..).zip(&self.components) {
            frame.extend([self.names[number], (factors.0 << 4 | factors.1) as u8, number as u8]);
        }
        segment(if progressive { 0xC2 } else { 0xC0 }, &frame);
        segment(0xC4, &Code::dc().segment(0x00));
        segment(0xC4, &Code::ac().segment(0x10));
        segment(0xDD, &u16::try_from(self.restart_interval).unwrap().to_be_bytes());
        for scan in scans {
            let ScanOf { components, pass } = scan;
            let Pass { first, last, high, low } = pass.unwrap_or(Pass::first(0, 63, 0));
            let mut header = vec![components.len() as u8];
            header.extend(components.iter().flat_map(|component| [self.names[*component], 0]));
            header.extend([first as u8, last as u8, high << 4 | low]);
            bytes.extend([0xFF, 0xDA, 0, header.len() as u8 + 2]);
            bytes.extend(header);
            let mut writer = Writer { bytes: std::mem::take(&mut bytes), ..Writer::new() };
            self.write_scan(scan, &mut writer);
            bytes = writer.bytes;
        }
        bytes.extend([0xFF, 0xD9]);
        bytes
    }

    fn write_scan(&self, scan: &ScanOf, writer: &mut Writer) {
        let mut predictions = [0; 3];
        for (index, mcu) in self.mcus(&scan.components).into_iter().enumerate() {
            if self.restart_interval > 0 && index > 0 && index % self.restart_interval == 0 {
                writer.end_run();
                writer.align();
                writer.bytes.extend([0xFF, 0xD0 + ((index / self.restart_interval - 1) % 8) as u8]);
                predictions = [0; 3];
            }
            for (component, block) in mcu {
                let block = &self.components[component].blocks[block];
                writer.block(block, scan.pass, &mut predictions[component]);
            }
        }
        writer.end_run();
        writer.align();
    }

    /// Components and indices of the blocks of each MCU of a scan.
    fn mcus(&self, components: &[usize]) -> Vec<Vec<(usize, usize)>> {
        let (h, v) = self.greatest();
        if let [component] = components {
            let Channel { factors, across, .. } = &self.components[*component];
            let (wide, high) = ((self.width * factors.0).div_ceil(8 * h), (self.height * factors.1).div_ceil(8 * v));
            let blocks = (0..high).flat_map(|y| (0..wide).map(move |x| vec![(*component, y * across + x)]));
            return blocks.collect();
        }
        let mut mcus = Vec::new();
        for y in 0..self.height.div_ceil(8 * v) {
            for x in 0..self.width.div_ceil(8 * h) {
                mcus.push(
                    components
                        .iter()
                        .flat_map(|component| {
                            let Channel { factors: (wide, high), across, .. } = self.components[*component];
                            let rows = (0..high).flat_map(move |row| (0..wide).map(move |column| (row, column)));
                            rows.map(move |(row, column)| (*component, (y * high + row) * across + x * wide + column))
                        })
                        .collect(),
                );
            }
        }
        mcus
    }
}

/// A Huffman code.
struct Code {
    counts: [u8; 16],
    symbols: Vec<u8>,
}

impl Code {
    fn dc() -> Self {
        let symbols = vec![3, 2, 1, 0, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
        Self { counts: [0, 1, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0], symbols }
    }

    /// All symbols, with codes of all lengths from 2 to 16 bits.
    fn ac() -> Self {
        let mut symbols = vec![0x00, 0x01, 0x02, 0x11, 0x21, 0x03, 0x31, 0x12, 0xF0];
        symbols.extend((0..=255).filter(|symbol| !symbols.contains(symbol)).collect::<Vec<u8>>());
        Self { counts: [0, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 8, 8, 16, 32, 166], symbols }
    }

    fn segment(&self, kind: u8) -> Vec<u8> {
        [&[kind], &self.counts[..], &self.symbols].concat()
    }

    /// Code and length of a symbol.
    fn find(&self, symbol: u8) -> (u32, u32) {
        let (mut code, mut index) = (0, 0);
        for (length, count) in (1..).zip(self.counts) {
            for _ in 0..count {
                if self.symbols[index] == symbol {
                    return (code, length);
                }
                code += 1;
                index += 1;
            }
            code <<= 1;
        }
        panic!("no code for {symbol}");
    }
}

/// Writes entropy-coded data.
struct Writer {
    bytes: Vec<u8>,
    pending: u32,
    bits: u32,
    /// Blocks that ended and are not written yet.
    run: u32,
    dc: Code,
    ac: Code,
}

impl Writer {
    fn new() -> Self {
        Self { bytes: Vec::new(), pending: 0, bits: 0, run: 0, dc: Code::dc(), ac: Code::ac() }
    }

    fn put(&mut self, value: u32, size: u32) {
        for bit in (0..size).rev() {
            self.pending = self.pending << 1 | (value >> bit & 1);
            self.bits += 1;
            if self.bits == 8 {
                self.bytes.push(self.pending as u8);
                if self.pending == 0xFF {
                    self.bytes.push(0);
                }
                (self.pending, self.bits) = (0, 0);
            }
        }
    }

    fn align(&mut self) {
        while self.bits > 0 {
            self.put(1, 1);
        }
    }

    fn symbol(&mut self, ac: bool, symbol: u8) {
        let (code, length) = if ac { self.ac.find(symbol) } else { self.dc.find(symbol) };
        self.put(code, length);
    }

    /// Zeros (or none for DC) with a value behind them.
    fn value(&mut self, ac: bool, zeros: usize, value: i32) {
        let size = 32 - value.unsigned_abs().leading_zeros();
        self.symbol(ac, (zeros << 4) as u8 | size as u8);
        let bits = if value < 0 { value - 1 } else { value };
        self.put(bits as u32 & ((1 << size) - 1), size);
    }

    fn block(&mut self, block: &[i16; 64], pass: Option<Pass>, prediction: &mut i32) {
        let Some(Pass { first, last, high, low }) = pass else {
            self.dc(block[0].into(), prediction);
            return self.band(block, 1, 63, 0, false);
        };
        match (first, high) {
            (0, 0) => self.dc(i32::from(block[0]) >> low, prediction),
            (0, _) => self.put((block[0] >> low & 1) as u32, 1),
            (_, 0) => self.band(block, first, last, low, true),
            (_, _) => self.refinement(block, first, last, low),
        }
    }

    fn dc(&mut self, value: i32, prediction: &mut i32) {
        self.value(false, 0, value - *prediction);
        *prediction = value;
    }

    /// A first pass; with `runs`, ends of blocks are counted together.
    fn band(&mut self, block: &[i16; 64], first: usize, last: usize, low: u8, runs: bool) {
        let mut zeros = 0;
        for index in first..=last {
            let value = i32::from(block[usize::from(ZIGZAG[index])]) / (1 << low);
            if value == 0 {
                zeros += 1;
                continue;
            }
            self.end_run();
            while zeros > 15 {
                self.symbol(true, 0xF0);
                zeros -= 16;
            }
            self.value(true, zeros, value);
            zeros = 0;
        }
        if zeros > 0 {
            self.run += 1;
            if !runs {
                self.end_run();
            }
        }
    }

    /// Writes the ends of blocks that were counted.
    fn end_run(&mut self) {
        if self.run > 0 {
            let size = self.run.ilog2();
            self.symbol(true, (size << 4) as u8);
            self.put(self.run - (1 << size), size);
            self.run = 0;
        }
    }

    /// A refinement; each block ends for itself.
    fn refinement(&mut self, block: &[i16; 64], first: usize, last: usize, low: u8) {
        let values: Vec<i32> = (first..=last).map(|index| i32::from(block[usize::from(ZIGZAG[index])])).collect();
        let level = |value: i32| value.abs() >> low;
        let end = values.iter().rposition(|value| level(*value) == 1).map_or(0, |index| index + 1);
        let (mut zeros, mut known) = (0, Vec::new());
        for (index, value) in values.iter().enumerate() {
            match level(*value) {
                0 if index < end && zeros == 15 => {
                    self.symbol(true, 0xF0);
                    known.drain(..).for_each(|bit| self.put(bit, 1));
                    zeros = 0;
                }
                0 => zeros += 1,
                1 => {
                    self.symbol(true, (zeros << 4) as u8 | 1);
                    self.put((*value > 0).into(), 1);
                    known.drain(..).for_each(|bit| self.put(bit, 1));
                    zeros = 0;
                }
                level => known.push(level as u32 & 1),
            }
            if index + 1 == end {
                zeros = 0;
            }
        }
        if end < values.len() {
            self.symbol(true, 0x00);
            known.drain(..).for_each(|bit| self.put(bit, 1));
        }
    }
}
