//! Any bytes are decoded or refused, at each scale: no panic, and no more memory than was said before. Scales that are
//! decoded together are what they are alone.

#![no_main]

use darkroom_jpeg::{Decoded, Decoder, Header, Scale};
use libfuzzer_sys::fuzz_target;

/// Bytes that decoding may take: larger pictures find nothing that small ones do not, and take long.
const MEMORY: u64 = 1 << 22;

fuzz_target!(|bytes: &[u8]| {
    let Ok(header) = Header::read(bytes) else { return };
    if header.memory_of(&Scale::ALL) > MEMORY {
        return;
    }
    let (mut decoder, mut alone, mut together) = <(Decoder, [Decoded; 4], [Decoded; 4])>::default();
    let mut results = [Ok(()); 4];
    for scale in Scale::ALL {
        let decoded = &mut alone[scale as usize];
        results[scale as usize] = decoder.decode_into(bytes, &header, scale, decoded);
        if results[scale as usize].is_ok() {
            let luma = &decoded.planes.luma;
            assert!(luma.width() as f64 >= decoded.luma_window.width);
            assert!(luma.height() as f64 >= decoded.luma_window.height);
        }
    }
    // Which scales are together, the file's length says.
    let set = bytes.len() % 16;
    let mut wanted = together.each_mut().map(Some);
    for (at, place) in wanted.iter_mut().enumerate() {
        place.take_if(|_| set >> at & 1 == 0);
    }
    let found = decoder.decode_scales_into(bytes, &header, wanted);
    for at in (0..4).filter(|at| set >> at & 1 == 1) {
        assert_eq!(found[at], results[at]);
        if found[at].is_ok() {
            assert!(together[at].damaged == alone[at].damaged);
            assert!(rows(&together[at]).eq(rows(&alone[at])), "{:?} of {set:04b}", Scale::ALL[at]);
        }
    }
});

/// The rows of all planes.
fn rows(decoded: &Decoded) -> impl Iterator<Item = &[u8]> {
    let planes = std::iter::once(&decoded.planes.luma).chain(decoded.planes.chroma.iter().flatten());
    planes.flat_map(|plane| (0..plane.height()).map(|y| plane.row(y)))
}
