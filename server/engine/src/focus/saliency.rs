//! What catches the eye, and the window that shows most of it.

mod map;
mod window;

use map::Grid;

/// The top left corner of the window of the given width and height that shows what catches the eye most, all
/// in pixels. `lab` are `columns` × `rows` pixels of three 32-bit floats: CIE L\*a\*b\*.
pub(super) fn best_window(lab: &[u8], columns: usize, rows: usize, (width, height): (f64, f64)) -> (f64, f64) {
    let floats = |channel: usize| {
        let bytes = lab.chunks_exact(12).filter_map(move |pixel| pixel[4 * channel..].first_chunk::<4>());
        Grid { width: columns, height: rows, values: bytes.map(|bytes| f32::from_ne_bytes(*bytes)).collect() }
    };
    window::best(&map::map(&[floats(0), floats(1), floats(2)]), width, height)
}
