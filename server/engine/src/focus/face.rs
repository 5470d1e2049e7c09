//! Faces: a small network that was trained for it, run here on the processor.
//!
//! The model is `MediaPipe`'s face detector of full range (up to some five metres from the camera), Apache-2.0.
//! It sees 192 × 192 pixels, so a face should measure a twentieth of the picture's longer side or more.
//! It finds faces from the front and from the side, tilted up to about 45 degrees; not from behind and not
//! upside down.

mod network;
mod tflite;

use super::Region;
use network::Network;
use std::sync::LazyLock;

/// Where it comes from and under which licence is told beside it.
const MODEL: &[u8] = include_bytes!("face/model/face_detection_full_range.tflite");

/// The side of the square that the network sees, in pixels.
pub(super) const SIDE: u32 = 192;

/// What the network must at least be sure of, from 0 to 1.
const CONFIDENCE: f32 = 0.6;

/// Two boxes are one face when their common part is this much of what they cover together.
const SAME_FACE: f64 = 0.3;

static NETWORK: LazyLock<Option<Network>> = LazyLock::new(|| tflite::read(MODEL));

/// The faces of a picture, the surest first: boxes from the brow to the chin. The picture is `rgb`, 8 bits a
/// channel, scaled to fit the square of [`SIDE`] and at its top left; regions count in its pixels.
pub(super) fn find(rgb: &[u8], width: usize, height: usize) -> Vec<Region> {
    let Some(network) = NETWORK.as_ref() else { return Vec::new() };
    let side = SIDE as usize;
    let mut input = vec![-1.0; side * side * 3];
    for (to, from) in input.chunks_exact_mut(side * 3).zip(rgb.chunks_exact(width * 3)).take(height) {
        for (to, from) in to.iter_mut().zip(from) {
            *to = f32::from(*from) / 127.5 - 1.0;
        }
    }
    let outputs = network.run(input);
    let of_channels = |channels: usize| {
        let index = network.outputs.iter().position(|tensor| network.shapes[*tensor].channels == channels)?;
        outputs.get(index)
    };
    let (Some(boxes), Some(scores)) = (of_channels(NUMBERS), of_channels(1)) else { return Vec::new() };
    merged(candidates(boxes, scores))
}

/// Numbers per box: its centre, its size, and six points of the face.
const NUMBERS: usize = 16;

/// Cells of the network's grid along a side; each tells of at most one face, whose centre lies near.
const CELLS: usize = 48;

struct Candidate {
    score: f64,
    region: Region,
}

#[allow(clippy::cast_precision_loss)] // a few hundred
fn candidates(boxes: &[f32], scores: &[f32]) -> Vec<Candidate> {
    let cell = f64::from(SIDE) / CELLS as f64;
    let read = |(index, (numbers, score)): (usize, (&[f32], &f32))| {
        let score = 1.0 / (1.0 + (-score).exp());
        let &[x, y, width, height] = numbers.first_chunk::<4>()?;
        let (column, row) = ((index % CELLS) as f64 + 0.5, (index / CELLS) as f64 + 0.5);
        let (width, height) = (f64::from(width), f64::from(height));
        let (left, top) = (column * cell + f64::from(x) - width / 2.0, row * cell + f64::from(y) - height / 2.0);
        let sensible = score >= CONFIDENCE && width > 0.0 && height > 0.0;
        sensible.then_some(Candidate { score: score.into(), region: Region { left, top, width, height } })
    };
    boxes.chunks_exact(NUMBERS).zip(scores).enumerate().filter_map(read).collect()
}

/// One box per face: the mean of all that overlap, weighed by how sure they are.
fn merged(mut candidates: Vec<Candidate>) -> Vec<Region> {
    candidates.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut faces = Vec::new();
    while let Some(surest) = candidates.first().map(|candidate| candidate.region) {
        let (same, others): (Vec<_>, Vec<_>) = candidates
            .into_iter()
            .partition(|candidate| overlap(surest, candidate.region) > SAME_FACE || candidate.region == surest);
        let weight: f64 = same.iter().map(|candidate| candidate.score).sum();
        let mean = |of: fn(&Region) -> f64| {
            same.iter().map(|candidate| of(&candidate.region) * candidate.score).sum::<f64>() / weight
        };
        faces.push(Region {
            left: mean(|region| region.left),
            top: mean(|region| region.top),
            width: mean(|region| region.width),
            height: mean(|region| region.height),
        });
        candidates = others;
    }
    faces
}

/// The common part of two boxes, as a part of what they cover together.
fn overlap(a: Region, b: Region) -> f64 {
    let along = |a: f64, a_length: f64, b: f64, b_length: f64| ((a + a_length).min(b + b_length) - a.max(b)).max(0.0);
    let common = along(a.left, a.width, b.left, b.width) * along(a.top, a.height, b.top, b.height);
    common / (a.width * a.height + b.width * b.height - common)
}
