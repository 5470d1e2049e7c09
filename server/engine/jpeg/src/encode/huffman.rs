//! Huffman codes: the shortest ones for what a picture has, and those of the standard.

/// A code table as a file holds it: how many codes there are of each length, and their symbols from the shortest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Code {
    /// Number of codes of 1 to 16 bits.
    pub counts: [u8; 16],
    /// Symbols, those with the shortest codes first.
    pub symbols: Vec<u8>,
}

/// The longest code that a file may have, in bits.
const LONGEST: usize = 16;

impl Code {
    /// The shortest code for symbols that occur so often. Those that do not occur have none.
    pub(super) fn shortest(occurrences: &[u32; 256]) -> Self {
        let mut used: Vec<(u32, u8)> = occurrences
            .iter()
            .zip(0..=255)
            .filter(|&(&count, _)| count > 0)
            .map(|(&count, symbol)| (count, symbol))
            .collect();
        if used.is_empty() {
            // A table without codes is not legal. One for a symbol that never comes is.
            used.push((1, 0));
        }
        used.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));

        // A code of all ones is not legal, so one more symbol takes part, rarer than any, and its code is left out.
        let mut weights: Vec<u64> = used.iter().map(|&(count, _)| u64::from(count)).collect();
        weights.push(0);
        let mut lengths = limited(&depths(&weights));
        let longest = lengths.iter().rposition(|&count| count > 0).unwrap_or(0);
        lengths[longest] -= 1;

        Self {
            counts: std::array::from_fn(|i| lengths[i + 1] as u8),
            symbols: used.into_iter().map(|(_, symbol)| symbol).collect(),
        }
    }

    /// For each symbol its code in the low bits, and its length in bits; 0 bits where it has none.
    pub(super) fn words(&self) -> [(u16, u8); 256] {
        let mut words = [(0, 0); 256];
        let (mut next, mut symbols) = (0u32, self.symbols.iter());
        for (&count, length) in self.counts.iter().zip(1..) {
            for &symbol in symbols.by_ref().take(usize::from(count)) {
                words[usize::from(symbol)] = (next as u16, length);
                next += 1;
            }
            next <<= 1;
        }
        words
    }
}

/// How many leaves of the best binary tree lie how deep. `weights` come from the heaviest to the lightest.
///
/// Two queues are enough where leaves are sorted: inner nodes are made in order of weight.
fn depths(weights: &[u64]) -> Vec<usize> {
    let mut leaves = weights.iter().rev().copied().enumerate().peekable();
    let count = weights.len();
    // Nodes are numbered: leaves from the lightest, then inner nodes in the order of their making.
    let mut parent = vec![0usize; 2 * count - 1];
    let mut inner: Vec<u64> = Vec::with_capacity(count);
    let mut taken = 0;
    for made in 0..count - 1 {
        let mut weight = 0;
        for _ in 0..2 {
            let leaf = match (leaves.peek(), inner.get(taken)) {
                (Some(&(_, leaf)), Some(&node)) => leaf <= node,
                (leaf, _) => leaf.is_some(),
            };
            let (node, its) = if let Some(leaf) = if leaf { leaves.next() } else { None } {
                leaf
            } else {
                taken += 1;
                (count + taken - 1, inner[taken - 1])
            };
            parent[node] = count + made;
            weight += its;
        }
        inner.push(weight);
    }
    let mut depth = vec![0usize; 2 * count - 1];
    let mut found = vec![0; count + 1];
    for node in (0..2 * count - 2).rev() {
        depth[node] = depth[parent[node]] + 1;
        if node < count {
            found[depth[node]] += 1;
        }
    }
    found
}

/// Moves what lies deeper than [`LONGEST`] up, as T.81 says in K.3: two of the deepest leaves become one on the level
/// above, and a leaf from further above goes down to make room for the other.
fn limited(depths: &[usize]) -> [usize; LONGEST + 1] {
    let mut counts = depths.to_vec();
    counts.resize(counts.len().max(LONGEST + 1), 0);
    for deep in (LONGEST + 1..counts.len()).rev() {
        while counts[deep] > 0 {
            let above = (1..deep - 1).rev().find(|&level| counts[level] > 0).expect("a level with leaves above");
            counts[deep] -= 2;
            counts[deep - 1] += 1;
            counts[above] -= 1;
            counts[above + 1] += 2;
        }
    }
    std::array::from_fn(|i| counts[i])
}

/// The tables of T.81, K.3.
pub(super) mod standard {
    use super::Code;

    /// Differences of means, for luma.
    pub(in super::super) fn luma_dc() -> Code {
        Code { counts: [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0], symbols: (0..12).collect() }
    }

    /// Differences of means, for chroma.
    pub(in super::super) fn chroma_dc() -> Code {
        Code { counts: [0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0], symbols: (0..12).collect() }
    }

    /// The other frequencies, for luma.
    pub(in super::super) fn luma_ac() -> Code {
        Code { counts: [0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 0x7D], symbols: LUMA_AC.to_vec() }
    }

    /// The other frequencies, for chroma.
    pub(in super::super) fn chroma_ac() -> Code {
        Code { counts: [0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 0x77], symbols: CHROMA_AC.to_vec() }
    }

    #[rustfmt::skip]
    const LUMA_AC: [u8; 162] = [
        0x01, 0x02, 0x03, 0x00, 0x04, 0x11, 0x05, 0x12, 0x21, 0x31, 0x41, 0x06, 0x13, 0x51, 0x61, 0x07,
        0x22, 0x71, 0x14, 0x32, 0x81, 0x91, 0xA1, 0x08, 0x23, 0x42, 0xB1, 0xC1, 0x15, 0x52, 0xD1, 0xF0,
        0x24, 0x33, 0x62, 0x72, 0x82, 0x09, 0x0A, 0x16, 0x17, 0x18, 0x19, 0x1A, 0x25, 0x26, 0x27, 0x28,
        0x29, 0x2A, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0x3A, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48, 0x49,
        0x4A, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59, 0x5A, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69,
        0x6A, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7A, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89,
        0x8A, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9A, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6, 0xA7,
        0xA8, 0xA9, 0xAA, 0xB2, 0xB3, 0xB4, 0xB5, 0xB6, 0xB7, 0xB8, 0xB9, 0xBA, 0xC2, 0xC3, 0xC4, 0xC5,
        0xC6, 0xC7, 0xC8, 0xC9, 0xCA, 0xD2, 0xD3, 0xD4, 0xD5, 0xD6, 0xD7, 0xD8, 0xD9, 0xDA, 0xE1, 0xE2,
        0xE3, 0xE4, 0xE5, 0xE6, 0xE7, 0xE8, 0xE9, 0xEA, 0xF1, 0xF2, 0xF3, 0xF4, 0xF5, 0xF6, 0xF7, 0xF8,
        0xF9, 0xFA,
    ];

    #[rustfmt::skip]
    const CHROMA_AC: [u8; 162] = [
        0x00, 0x01, 0x02, 0x03, 0x11, 0x04, 0x05, 0x21, 0x31, 0x06, 0x12, 0x41, 0x51, 0x07, 0x61, 0x71,
        0x13, 0x22, 0x32, 0x81, 0x08, 0x14, 0x42, 0x91, 0xA1, 0xB1, 0xC1, 0x09, 0x23, 0x33, 0x52, 0xF0,
        0x15, 0x62, 0x72, 0xD1, 0x0A, 0x16, 0x24, 0x34, 0xE1, 0x25, 0xF1, 0x17, 0x18, 0x19, 0x1A, 0x26,
        0x27, 0x28, 0x29, 0x2A, 0x35, 0x36, 0x37, 0x38, 0x39, 0x3A, 0x43, 0x44, 0x45, 0x46, 0x47, 0x48,
        0x49, 0x4A, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59, 0x5A, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68,
        0x69, 0x6A, 0x73, 0x74, 0x75, 0x76, 0x77, 0x78, 0x79, 0x7A, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87,
        0x88, 0x89, 0x8A, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99, 0x9A, 0xA2, 0xA3, 0xA4, 0xA5,
        0xA6, 0xA7, 0xA8, 0xA9, 0xAA, 0xB2, 0xB3, 0xB4, 0xB5, 0xB6, 0xB7, 0xB8, 0xB9, 0xBA, 0xC2, 0xC3,
        0xC4, 0xC5, 0xC6, 0xC7, 0xC8, 0xC9, 0xCA, 0xD2, 0xD3, 0xD4, 0xD5, 0xD6, 0xD7, 0xD8, 0xD9, 0xDA,
        0xE2, 0xE3, 0xE4, 0xE5, 0xE6, 0xE7, 0xE8, 0xE9, 0xEA, 0xF2, 0xF3, 0xF4, 0xF5, 0xF6, 0xF7, 0xF8,
        0xF9, 0xFA,
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bits that a code takes for symbols that occur so often, after proof that a decoder can read it.
    fn cost(occurrences: &[u32; 256], code: &Code) -> u64 {
        assert_eq!(code.counts.iter().map(|&count| usize::from(count)).sum::<usize>(), code.symbols.len());
        // Codes take less than all the room that there is: the code of all ones stays free.
        let room: u32 = code.counts.iter().zip(1..).map(|(&count, length)| u32::from(count) << (16 - length)).sum();
        assert!(room < 1 << 16, "{code:?}");
        let words = code.words();
        occurrences
            .iter()
            .zip(words)
            .map(|(&count, (word, length))| {
                assert!(count == 0 || length > 0);
                assert!(u32::from(word) + 1 < 1 << length || length == 0, "a code of all ones");
                u64::from(count) * u64::from(length)
            })
            .sum()
    }

    fn counted(counts: &[(usize, u32)]) -> [u32; 256] {
        let mut all = [0; 256];
        for &(symbol, count) in counts {
            all[symbol] = count;
        }
        all
    }

    #[test]
    fn frequent_symbols_have_short_codes() {
        let counts = counted(&[(7, 40), (200, 20), (3, 10), (9, 1)]);
        let code = Code::shortest(&counts);
        assert_eq!(code.symbols, [7, 200, 3, 9]);
        assert_eq!(code.counts[..4], [1, 1, 1, 1]);
        assert_eq!(cost(&counts, &code), 40 + 2 * 20 + 3 * 10 + 4);
    }

    #[test]
    fn one_symbol_and_none_are_codes_too() {
        let counts = counted(&[(5, 3)]);
        assert_eq!(cost(&counts, &Code::shortest(&counts)), 3);
        let none = [0; 256];
        assert_eq!(Code::shortest(&none).symbols.len(), 1);
        assert_eq!(cost(&none, &Code::shortest(&none)), 0);
    }

    #[test]
    fn no_code_is_longer_than_sixteen_bits() {
        // Counts that grow as Fibonacci's numbers make the deepest tree.
        let mut counts = [0; 256];
        let (mut a, mut b) = (1, 1);
        for count in counts.iter_mut().take(40) {
            *count = a;
            (a, b) = (b, a + b);
        }
        let code = Code::shortest(&counts);
        assert_eq!(code.symbols.len(), 40);
        cost(&counts, &code);
        let all = [1; 256];
        assert_eq!(cost(&all, &Code::shortest(&all)), 255 * 8 + 9);
    }

    #[test]
    fn the_standard_tables_are_whole() {
        for code in [standard::luma_dc(), standard::chroma_dc(), standard::luma_ac(), standard::chroma_ac()] {
            let mut counts = [0; 256];
            for &symbol in &code.symbols {
                counts[usize::from(symbol)] += 1;
            }
            assert!(counts.iter().all(|&count| count <= 1));
            cost(&counts, &code);
        }
        assert_eq!(standard::luma_ac().words()[0x01], (0b00, 2));
        assert_eq!(standard::luma_ac().words()[0x00], (0b1010, 4));
        assert_eq!(standard::chroma_ac().words()[0xFA], (0b1111_1111_1111_1110, 16));
    }
}
