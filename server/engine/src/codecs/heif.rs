//! AVIF (read and written) and HEIC (read).

use super::{Encoding, lossy};
use crate::vips::Operation;

/// AV1 in 8 bits at the next to lowest effort; its encoder is by far the slowest of all.
pub(super) fn save(save: Operation, encoding: Encoding) -> Operation {
    let save = save.string(c"compression", "av1").int(c"effort", 1).int(c"bitdepth", 8);
    let asked = quality(encoding.quality);
    save.int(c"Q", encoding.source_quality.map_or(asked, |was| asked.min(as_good_as(was))))
        .bool(c"lossless", encoding.lossless)
}

/// The same for a still with loss, by our own encoder.
pub(super) fn settings(encoding: Encoding) -> darkroom_encoders::avif::Settings {
    use darkroom_encoders::avif::Settings;
    let quality = encoding.source_quality.map_or(encoding.quality, |was| encoding.quality.min(on_scale_of_jpeg(was)));
    Settings {
        subsampling: lossy::subsampling_at(encoding.quality),
        ..Settings::for_quality(quality, encoding.profile_of_encoders())
    }
}

/// [`as_good_as`] on the scale of JPEG.
fn on_scale_of_jpeg(was: u8) -> u8 {
    u8::try_from(as_good_as(was) * 80 / 63).unwrap_or(100)
}

/// The AV1 encoder's quality for one on the scale of JPEG: what looks like JPEG at 80 is about 63 there.
fn quality(jpeg: u8) -> i32 {
    let jpeg = i32::from(jpeg);
    if jpeg <= 80 { (jpeg * 63 / 80).max(1) } else { 63 + (jpeg - 80) * 37 / 20 }
}

/// The AV1 encoder's quality that keeps what a JPEG of this quality shows, by equal luma PSNR: 42, 46, 50,
/// 54 and 58 for 30, 40, 50, 60 and 70. Below that, what is left of the picture is lost a second time.
fn as_good_as(jpeg: u8) -> i32 {
    30 + i32::from(jpeg) * 2 / 5
}

#[cfg(test)]
mod tests {
    use super::quality;

    #[test]
    fn quality_keeps_its_ends_and_its_order() {
        assert_eq!([1, 80, 100].map(quality), [1, 63, 100]);
        assert!((1..100).all(|jpeg| quality(jpeg) <= quality(jpeg + 1)));
    }
}
