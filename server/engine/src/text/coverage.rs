//! Which characters a font has.

use swash::FontRef;

/// Ranges of code points, in order, none touching the next.
#[derive(Debug, Default)]
pub(super) struct Coverage(Vec<(u32, u32)>);

impl Coverage {
    pub(super) fn of(font: &FontRef<'_>) -> Self {
        let mut points = Vec::new();
        font.charmap().enumerate(|point, glyph| {
            if glyph != 0 {
                points.push(point);
            }
        });
        points.sort_unstable();
        let mut ranges: Vec<(u32, u32)> = Vec::new();
        for point in points {
            match ranges.last_mut() {
                Some((_, last)) if point <= last.saturating_add(1) => *last = point,
                _ => ranges.push((point, point)),
            }
        }
        Self(ranges)
    }

    pub(super) fn has(&self, char: char) -> bool {
        let point = u32::from(char);
        let after = self.0.partition_point(|(first, _)| *first <= point);
        after > 0 && point <= self.0[after - 1].1
    }

    /// Whether all that is drawn of `cluster` is there.
    pub(super) fn has_all(&self, cluster: &str) -> bool {
        cluster.chars().all(|char| is_invisible(char) || self.has(char))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Characters that shape or join others, and spaces other than the usual one: a font needs no glyph for them.
fn is_invisible(char: char) -> bool {
    (char.is_whitespace() && char != ' ')
        || char.is_control()
        || matches!(u32::from(char),
            0xAD | 0x034F | 0x061C | 0x115F..=0x1160 | 0x180B..=0x180F | 0x200B..=0x200F | 0x202A..=0x202E
            | 0x2060..=0x206F | 0xFE00..=0xFE0F | 0xFEFF | 0xE0000..=0xE0FFF)
}
