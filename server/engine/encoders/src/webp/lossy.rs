//! Lossy WebP from planes.

use super::{
    MAXIMUM_SIDE_PX, Settings, alpha, container,
    picture::{self, Alpha, Yuva},
};
use crate::{
    EncodeError, Metadata,
    picture::{Picture, halved},
};
use darkroom_planes::{Plane, Planes, Subsampling};

/// Encodes a picture with loss, 4:2:0. Chroma of 4:4:4 is averaged; a grey picture gets chroma without colour, since
/// the format has no other. `alpha` is as large as the picture and not premultiplied.
///
/// # Errors
/// [`EncodeError::Size`] above [`MAXIMUM_SIDE_PX`] pixels along a side, [`EncodeError::Mismatch`] when the planes
/// are not of one picture, and what libwebp refuses.
pub fn encode(
    planes: &Planes,
    alpha: Option<&Plane>,
    settings: Settings,
    metadata: &Metadata,
) -> Result<Vec<u8>, EncodeError> {
    let checked = Picture::check(planes, alpha, MAXIMUM_SIDE_PX)?;
    let Settings { quality, method, alpha_quality } = settings;
    let mut config = picture::config(quality)?;
    config.method = i32::from(method.min(6));
    config.alpha_quality = i32::from(alpha_quality.min(100));
    let mut planes = limited(&checked);
    let slopes = match &planes.alpha {
        Some(alpha) if alpha_quality >= 100 => alpha::encode(alpha)?,
        _ => None,
    };
    let coding = if slopes.is_some() { Alpha::Hides } else { Alpha::IsCoded };
    let file = picture::encode_planes(&config, &mut planes, coding)?;
    container::extended(file, slopes.as_deref(), planes.luma.width(), planes.luma.height(), metadata)
}

/// JFIF's full range to the limited range of BT.601 (luma 16 to 235, chroma 16 to 240), which WebP's decoders
/// expect; packed, because the encoder has one stride for both planes of chroma.
fn limited(picture: &Picture) -> Yuva {
    const GREY: u8 = 128;
    let luma = mapped(picture.luma, &LUMA);
    let chroma = match picture.chroma {
        Some((chroma, Subsampling::Both)) => chroma.each_ref().map(|plane| mapped(plane, &CHROMA)),
        Some((chroma, Subsampling::None)) => chroma.each_ref().map(|plane| mapped(&halved(plane), &CHROMA)),
        None => {
            let mut plane = Plane::new(luma.width().div_ceil(2), luma.height().div_ceil(2));
            plane.samples_mut().fill(GREY);
            [plane.clone(), plane]
        }
    };
    Yuva { luma, chroma, alpha: picture.alpha.cloned() }
}

static LUMA: [u8; 256] = table(16, 0, 219);
static CHROMA: [u8; 256] = table(128, 128, 224);

/// `to + (sample − from) × span / 255`, rounded.
const fn table(to: i32, from: i32, span: i32) -> [u8; 256] {
    let mut table = [0; 256];
    let mut sample = 0;
    while sample < 256 {
        // Twice the value plus one, halved: rounds to the nearest also below `from`.
        let twice = (2 * (sample - from) * span + 255).div_euclid(255);
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 16 to 240
        let value = (to + twice.div_euclid(2)) as u8;
        #[allow(clippy::cast_sign_loss)]
        let index = sample as usize;
        table[index] = value;
        sample += 1;
    }
    table
}

fn mapped(plane: &Plane, table: &[u8; 256]) -> Plane {
    let mut result = Plane::new(plane.width(), plane.height());
    for y in 0..plane.height() {
        for (to, &from) in result.row_mut(y).iter_mut().zip(plane.row(y)) {
            *to = table[usize::from(from)];
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::{CHROMA, LUMA};

    #[test]
    fn ranges_meet_their_ends_and_round_to_the_nearest() {
        assert_eq!((LUMA[0], LUMA[255]), (16, 235));
        assert_eq!((CHROMA[0], CHROMA[128], CHROMA[255]), (16, 128, 240));
        for sample in 0..=255_u8 {
            let exact = |to: f64, from: f64, span: f64| to + (f64::from(sample) - from) * span / 255.0;
            let luma = exact(16.0, 0.0, 219.0);
            let chroma = exact(128.0, 128.0, 224.0);
            assert!((f64::from(LUMA[usize::from(sample)]) - luma).abs() <= 0.5, "{sample}");
            assert!((f64::from(CHROMA[usize::from(sample)]) - chroma).abs() <= 0.5, "{sample}");
        }
    }
}
