//! Any bytes are decoded or refused, at each scale: no panic, and no more memory than was said before.

#![no_main]

use darkroom_jpeg::{Decoded, Decoder, Header, Scale};
use libfuzzer_sys::fuzz_target;

/// Bytes that decoding may take: larger pictures find nothing that small ones do not, and take long.
const MEMORY: u64 = 1 << 22;

fuzz_target!(|bytes: &[u8]| {
    let Ok(header) = Header::read(bytes) else { return };
    let (mut decoder, mut decoded) = <(Decoder, Decoded)>::default();
    for scale in Scale::ALL {
        if header.memory(scale) <= MEMORY && decoder.decode_into(bytes, &header, scale, &mut decoded).is_ok() {
            let luma = &decoded.planes.luma;
            assert!(luma.width() as f64 >= decoded.luma_window.width);
            assert!(luma.height() as f64 >= decoded.luma_window.height);
        }
    }
});
