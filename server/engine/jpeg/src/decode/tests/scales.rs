//! Several scales of one file, decoded together: each is what it is alone, whatever the file holds.

use super::encoder::{File, Pass, Random};
use super::{SAMPLINGS, picture};
use crate::decode::cpu::Avx2;
use crate::{DecodeError, Decoded, Decoder, Header, Scale};
use darkroom_planes::{Light, Planes};

/// Decodes scales together and alone, over what earlier pictures left in its memory.
pub(super) struct Comparison {
    decoders: [Decoder; 2],
    alone: [Decoded; 4],
    together: [Decoded; 4],
}

impl Default for Comparison {
    fn default() -> Self {
        let decoders = [Light::AsCoded, Light::Linear].map(Decoder::new);
        Self { decoders, alone: Default::default(), together: Default::default() }
    }
}

impl Comparison {
    /// Compares these sets of scales, each a number with a bit for each scale, of means of both kinds, and with chroma of
    /// the same scale and of smaller ones. Gives what each scale is alone: an error, or whether it is damaged.
    pub(super) fn check(
        &mut self,
        avx2: Option<Avx2>,
        bytes: &[u8],
        header: &Header,
        sets: impl IntoIterator<Item = usize>,
    ) -> [Result<bool, DecodeError>; 4] {
        let sets: Vec<usize> = sets.into_iter().collect();
        let ways = [(0, 0), (1, 0), (0, 1), (1, 2)];
        let [first, others @ ..] =
            ways.map(|(decoder, smaller)| self.check_with(decoder, smaller, avx2, bytes, header, &sets));
        for other in others {
            assert_eq!(other, first, "what becomes of a file has nothing to do with light and chroma");
        }
        first
    }

    fn check_with(
        &mut self,
        decoder: usize,
        smaller: usize,
        avx2: Option<Avx2>,
        bytes: &[u8],
        header: &Header,
        sets: &[usize],
    ) -> [Result<bool, DecodeError>; 4] {
        let Self { decoders, alone, together } = self;
        let decoder = &mut decoders[decoder];
        let chroma = |at: usize| Scale::ALL[at.saturating_sub(smaller)];
        let mut expected = [None; 4];
        for set in sets.iter().copied() {
            let mut wanted = [const { None }; 4];
            for (at, decoded) in together.iter_mut().enumerate().filter(|(at, _)| set >> at & 1 == 1) {
                wanted[at] = Some((chroma(at), decoded));
            }
            let results = decoder.decode_scales_with(avx2, bytes, header, wanted);
            for (at, scale) in Scale::ALL.into_iter().enumerate() {
                if set >> at & 1 == 0 {
                    assert_eq!(results[at], Ok(()), "{scale:?} was not wanted");
                    continue;
                }
                let expected = *expected[at].get_or_insert_with(|| {
                    decoder.decode_with(avx2, bytes, header, [scale, chroma(at)], &mut alone[at])
                });
                assert_eq!(results[at], expected, "{scale:?} of set {set:04b}");
                let same = expected.is_err() || picture(&together[at]) == picture(&alone[at]);
                assert!(same, "{scale:?} of set {set:04b}");
            }
        }
        std::array::from_fn(|at| expected[at].unwrap_or(Ok(())).map(|()| alone[at].damaged))
    }
}

/// All sets of scales.
const ALL: std::ops::Range<usize> = 1..16;

/// Ways to write a file: in one scan, in one for each component, and in the progressions that are found and some that
/// are only legal.
fn written(file: &File) -> Vec<Vec<u8>> {
    let (first, refinement) = (Pass::first, Pass::refinement);
    let progressions: [&[Pass]; 5] = [
        &[first(0, 0, 0), first(1, 5, 0), first(6, 63, 0)],
        &[
            first(0, 0, 1),
            first(1, 5, 2),
            first(6, 63, 2),
            refinement(1, 63, 1),
            refinement(0, 0, 0),
            refinement(1, 63, 0),
        ],
        // A band is refined before another one is begun, which smaller scales need or do not need.
        &[first(0, 0, 0), first(1, 2, 1), refinement(1, 2, 0), first(3, 63, 0)],
        &[first(0, 0, 0), first(1, 30, 1), refinement(1, 30, 0), first(31, 63, 0)],
        // Details alone.
        &[first(40, 63, 0), first(0, 0, 0)],
    ];
    let mut files = vec![file.sequential(), file.write(&file.one_scan_each())];
    files.extend(progressions.map(|passes| file.progressive(passes)));
    files
}

#[test]
fn a_scale_is_the_same_alone_and_with_others() {
    let mut comparison = Comparison::default();
    for (seed, sampling) in (0..).zip(SAMPLINGS) {
        for (interval, avx2) in [(0, None), (1, Avx2::detect()), (5, None), (0, Avx2::detect())] {
            for mut file in [File::random(seed, 75, 50, sampling), File::wild(seed, 40, 30, sampling)] {
                file.restart_interval = interval;
                for bytes in written(&file) {
                    let header = Header::read(&bytes).expect("a header");
                    let alone = comparison.check(avx2, &bytes, &header, ALL);
                    assert_eq!(alone, [Ok(false); 4], "{sampling:?}");
                }
            }
        }
    }
}

#[test]
fn damage_is_the_same_alone_and_with_others() {
    let (mut comparison, mut random) = (Comparison::default(), Random::new(1));
    let mut damaged = 0;
    for (seed, sampling) in (0..).zip(SAMPLINGS) {
        for interval in [0, 3] {
            let mut file = File::random(seed, 75, 50, sampling);
            file.restart_interval = interval;
            for whole in written(&file) {
                let header = Header::read(&whole).expect("a header");
                let mut at = |length: usize| usize::try_from(random.below(length as u64)).expect("an index");
                for round in 0..12 {
                    let mut bytes = whole.clone();
                    if round % 3 == 0 {
                        bytes.truncate(at(whole.len()));
                    } else {
                        for _ in 0..=at(5) {
                            // Mostly in the data, which is behind the tables.
                            let start = at(600).min(whole.len() - 1);
                            let place = start + at(whole.len() - start);
                            bytes[place] = at(256) as u8;
                        }
                    }
                    let alone = comparison.check(Avx2::detect(), &bytes, &header, ALL);
                    damaged += alone.iter().filter(|alone| **alone == Ok(true)).count();
                }
            }
        }
    }
    assert!(damaged > 1000, "{damaged} damaged pictures");
}

/// A scan with a code that the file does not have ends the picture at the scales that need it, and only there.
#[test]
fn an_error_is_that_of_the_scales_that_meet_it() {
    let file = File::random(4, 75, 50, &[(2, 1), (1, 1), (1, 1)]);
    let (first, refinement) = (Pass::first, Pass::refinement);
    let check = |passes: &[Pass], scan: usize, expected: [Result<bool, ()>; 4]| {
        let mut bytes = file.progressive(passes);
        let mut starts = (0..bytes.len()).filter(|at| bytes[*at..].starts_with(&[0xFF, 0xDA]));
        let codes = starts.nth(scan).expect("a scan") + 6;
        bytes[codes] = 3;
        let header = Header::read(&bytes).expect("a header");
        let alone = Comparison::default().check(Avx2::detect(), &bytes, &header, ALL);
        assert_eq!(alone.map(|alone| alone.map_err(drop)), expected, "scan {scan}");
    };
    let passes = [first(0, 0, 0), first(1, 4, 0), first(5, 20, 1), refinement(5, 20, 0), first(21, 63, 0)];
    check(&passes, 1, [Ok(false), Ok(true), Ok(true), Ok(true)]);
    check(&passes, 4, [Ok(false), Ok(false), Ok(true), Ok(true)]);
    check(&passes, 7, [Ok(false), Ok(false), Ok(false), Ok(true)]);
    check(&passes, 10, [Ok(false), Ok(false), Ok(true), Ok(true)]);
    check(&[first(5, 63, 0), first(0, 0, 0)], 0, [Ok(false), Ok(false), Err(()), Err(())]);
}

#[test]
fn nothing_is_wanted() {
    let bytes = File::random(1, 16, 16, &[(1, 1)]).sequential();
    let header = Header::read(&bytes).expect("a header");
    assert_eq!(Decoder::default().decode_scales_into(&bytes, &header, [None, None, None, None]), [Ok(()); 4]);
}

/// Nanoseconds of processor time of this thread.
fn spent() -> u64 {
    // Else the account is as old as the last tick of the clock.
    std::thread::yield_now();
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").expect("the kernel's account");
    text.split_whitespace().next().expect("a number").parse().expect("nanoseconds")
}

#[test]
#[ignore = "a measurement"]
fn measure() {
    const ROUNDS: usize = 7;
    let folder =
        std::env::var_os("DARKROOM_BENCH_PHOTOS").expect("DARKROOM_BENCH_PHOTOS names a folder of photographs");
    let (mut decoder, [mut full, mut half, mut quarter, mut eighth]) = <(Decoder, [Decoded; 4])>::default();
    for path in super::folders::files(std::path::Path::new(&folder)) {
        let bytes = std::fs::read(&path).expect("a file");
        let Ok(header) = Header::read(&bytes) else { continue };
        let (mut apart, mut together) = ([u64::MAX; 4], u64::MAX);
        for _ in 0..ROUNDS {
            for (scale, decoded) in Scale::ALL.into_iter().zip([&mut eighth, &mut quarter, &mut half, &mut full]) {
                let begun = spent();
                decoder.decode_into(&bytes, &header, scale, decoded).expect("a picture");
                apart[scale as usize] = apart[scale as usize].min(spent() - begun);
            }
            let begun = spent();
            let wanted = [&mut eighth, &mut quarter, &mut half, &mut full];
            let mut scales = Scale::ALL.into_iter();
            let wanted = wanted.map(|decoded| Some((scales.next().expect("a scale"), decoded)));
            assert_eq!(decoder.decode_scales_into(&bytes, &header, wanted), [Ok(()); 4]);
            together = together.min(spent() - begun);
        }
        let name = path.file_name().unwrap_or_default().display();
        let sum: u64 = apart.iter().sum();
        let apart = apart.map(|time| time / 1000);
        eprintln!("{name}: apart {apart:?} = {} us, together {} us", sum / 1000, together / 1000);
    }
}

/// Chroma of a scale of its own is what that scale has.
#[test]
fn chroma_may_be_smaller() {
    let mut decoder = Decoder::default();
    for (seed, sampling) in (0..).zip(SAMPLINGS) {
        let file = File::random(seed, 75, 50, sampling);
        let progressive = file.progressive(&[Pass::first(0, 0, 0), Pass::first(1, 63, 0)]);
        for (bytes, is_sequential) in
            [(file.sequential(), true), (file.write(&file.one_scan_each()), true), (progressive, false)]
        {
            let header = Header::read(&bytes).expect("a header");
            let alone = Scale::ALL.map(|scale| decoder.decode(&bytes, &header, scale).expect("a picture"));
            for (scale, chroma) in (0..4).flat_map(|scale| (0..4).map(move |chroma| (scale, chroma))) {
                let mut found = Decoded::default();
                let scales = [Scale::ALL[scale], Scale::ALL[chroma]];
                decoder.decode_with(Avx2::detect(), &bytes, &header, scales, &mut found).expect("a picture");
                let of_chroma = &alone[if is_sequential { scale.min(chroma) } else { scale }];
                assert_eq!(
                    (&found.planes.luma, found.luma_window),
                    (&alone[scale].planes.luma, alone[scale].luma_window)
                );
                let expected = Decoded {
                    planes: Planes { luma: alone[scale].planes.luma.clone(), chroma: of_chroma.planes.chroma.clone() },
                    luma_window: alone[scale].luma_window,
                    // Of a grey picture it is that of luma.
                    chroma_window: if header.is_grey() { alone[scale].chroma_window } else { of_chroma.chroma_window },
                    damaged: false,
                };
                assert!(picture(&found) == picture(&expected), "{scales:?} of {sampling:?}");
            }
        }
    }
}
