//! Which font draws which characters: the one that was asked for, and others for what it does not have.

use super::{
    Font, Text,
    face::{Face, Style},
    fonts::{DEFAULT_FAMILIES, installed},
};
use crate::{Error, Limits};
use std::collections::HashMap;
use unicode_properties::{EmojiStatus, UnicodeEmoji};

/// The fonts of one text. The first is the one that was asked for.
pub(super) struct Faces {
    opened: Vec<Face>,
    style: Style,
    /// The family of the first, unless it came with the request.
    family: Option<usize>,
    /// Families in the order in which characters are looked for.
    order: Vec<usize>,
    /// Those with coloured pictures, before all others for emoji.
    emoji: Vec<usize>,
    /// Families that are opened already, and where.
    places: HashMap<usize, usize>,
    known: HashMap<String, usize>,
}

impl Faces {
    pub(super) fn new(text: &Text, content: &str, limits: &Limits) -> Result<Self, Error> {
        #[allow(clippy::cast_possible_truncation)] // within FONT_SIZE_PX
        let style = Style { size: text.font_size as f32, bold: text.bold, italic: text.italic };
        let installed = installed();
        let family = match &text.font {
            Font::Default => Some(installed.default_family()?),
            Font::Named(name) => Some(installed.named(name)?),
            Font::File(_) => None,
        };
        let first = match (&text.font, family) {
            (Font::File(bytes), _) => Some(Face::given(bytes, style, limits)?),
            (Font::Default | Font::Named(_), family) => family.and_then(|family| open(family, style)),
        };
        let first = first.ok_or_else(|| Error::Internal("the file of a font cannot be read any more".into()))?;
        let mut order: Vec<usize> = (0..installed.families().len()).collect();
        order.sort_by_key(|family| rank(&installed.families()[*family].name, content));
        let is_emoji = |family: &usize| installed.families()[*family].name.contains("Emoji");
        let emoji = order.iter().copied().filter(is_emoji).collect();
        let places = family.map(|family| (family, 0)).into_iter().collect();
        Ok(Self { opened: vec![first], style, family, order, emoji, places, known: HashMap::new() })
    }

    /// The font for a cluster: a letter with its marks, or one emoji.
    pub(super) fn choose(&mut self, cluster: &str) -> usize {
        if let Some(known) = self.known.get(cluster) {
            return *known;
        }
        let chosen = self.look_for(cluster);
        self.known.insert(cluster.to_owned(), chosen);
        chosen
    }

    fn look_for(&mut self, cluster: &str) -> usize {
        let base: String = cluster.chars().take(1).collect();
        // Each as a whole; then its first character alone, so that one unknown mark does not take its letter along.
        let parts = [cluster, base.as_str()];
        // A stranger's font that has the picture may be a font of pictures itself.
        let is_picture = shows_as_emoji(cluster) && self.family.is_some();
        let picture = parts.iter().filter(|_| is_picture).find_map(|part| first_with(&self.emoji, part));
        if let Some(family) = picture {
            return self.open(family);
        }
        for part in parts {
            if self.own_has(part) {
                return 0;
            }
            if let Some(family) = first_with(&self.order, part) {
                return self.open(family);
            }
        }
        0 // nobody has it, and the font draws its box for such
    }

    fn own_has(&self, part: &str) -> bool {
        match (self.opened[0].own_coverage(), self.family) {
            (Some(coverage), _) => coverage.has_all(part),
            (None, family) => family.is_some_and(|family| installed().coverage(family).has_all(part)),
        }
    }

    fn open(&mut self, family: usize) -> usize {
        if let Some(place) = self.places.get(&family) {
            return *place;
        }
        let Some(face) = open(family, self.style) else {
            return 0; // its file has gone since
        };
        self.opened.push(face);
        self.places.insert(family, self.opened.len() - 1);
        self.opened.len() - 1
    }

    pub(super) fn get(&self, face: usize) -> &Face {
        &self.opened[face]
    }
}

/// The first of the families that has all of `part`.
fn first_with(families: &[usize], part: &str) -> Option<usize> {
    families.iter().copied().find(|family| installed().coverage(*family).has_all(part))
}

fn open(family: usize, style: Style) -> Option<Face> {
    Face::installed(installed().face(family, style.bold, style.italic)?, style)
}

/// Whether a person expects a coloured picture: emoji that are pictures by themselves, and others that ask for it.
fn shows_as_emoji(cluster: &str) -> bool {
    const PICTURE: char = '\u{FE0F}';
    const LETTER: char = '\u{FE0E}';
    let by_itself = |char: char| {
        matches!(
            char.emoji_status(),
            EmojiStatus::EmojiPresentation
                | EmojiStatus::EmojiPresentationAndModifierBase
                | EmojiStatus::EmojiPresentationAndEmojiComponent
                | EmojiStatus::EmojiPresentationAndModifierAndEmojiComponent
        )
    };
    !cluster.contains(LETTER) && (cluster.contains(PICTURE) || cluster.chars().next().is_some_and(by_itself))
}

/// The order of fallback. Names decide ties, so that it is the same on every machine with the same fonts.
fn rank(family: &str, content: &str) -> (usize, String) {
    let last = DEFAULT_FAMILIES.len();
    let default = DEFAULT_FAMILIES.iter().position(|name| *name == family);
    let rank = match default {
        Some(place) => place,
        None if family.contains("Emoji") => last + 5,
        None if family == format!("Noto Sans CJK {}", han_of(content)) => last,
        None if family.contains("CJK") => last + 3,
        None if family.contains("Mono") || family.contains("Symbol") => last + 4,
        None if family.starts_with("Noto Sans") => last + 1,
        None => last + 2,
    };
    (rank, family.to_owned())
}

/// Which country's shapes Chinese characters take: those of the letters around them, else simplified Chinese.
fn han_of(content: &str) -> &'static str {
    let has = |from: u32, to: u32| content.chars().any(|char| (from..=to).contains(&u32::from(char)));
    if has(0x3040, 0x30FF) {
        "JP"
    } else if has(0xAC00, 0xD7AF) || has(0x1100, 0x11FF) {
        "KR"
    } else if has(0x3100, 0x312F) {
        "TC"
    } else {
        "SC"
    }
}
