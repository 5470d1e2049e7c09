//! The fonts of this machine.

use super::{catalogue, coverage::Coverage, face::font_in, impossible};
use crate::Error;
use fontdb::{Database, FaceInfo, ID, Query, Stretch, Style, Weight};
use std::{
    collections::BTreeMap,
    sync::{LazyLock, OnceLock},
};

/// Where packages and administrators put fonts. Fonts of a user are left out: workers have no home, and a
/// rendition must not depend on who made it.
#[cfg(target_os = "linux")]
const FOLDERS: [&str; 2] = ["/usr/share/fonts", "/usr/local/share/fonts"];

/// What a text is set in that asks for no font, and where characters are looked for first that a font does
/// not have.
pub(super) const DEFAULT_FAMILIES: [&str; 4] = ["Noto Sans", "DejaVu Sans", "Liberation Sans", "Open Sans"];

/// All that is installed.
pub(super) struct Installed {
    database: Database,
    families: Vec<Family>,
    /// From the name without case, spaces and signs to the place in `families`.
    by_key: BTreeMap<String, usize>,
}

/// Faces of one name.
pub(super) struct Family {
    pub(super) name: String,
    /// Characters of its upright face, which costs time to find out.
    coverage: OnceLock<Coverage>,
}

/// A face that was chosen for a weight and a style.
#[derive(Debug, Clone, Copy)]
pub(super) struct Choice {
    pub(super) id: ID,
    pub(super) weight: u16,
    pub(super) upright: bool,
}

/// The fonts as they were when this process looked first.
pub(super) fn installed() -> &'static Installed {
    static INSTALLED: LazyLock<Installed> = LazyLock::new(Installed::look);
    &INSTALLED
}

impl Installed {
    fn look() -> Self {
        let mut database = Database::new();
        #[cfg(target_os = "linux")]
        for folder in FOLDERS {
            database.load_fonts_dir(folder);
        }
        #[cfg(not(target_os = "linux"))]
        database.load_system_fonts();

        let name = |face: &FaceInfo| face.families.first().map(|(name, _)| name.clone());
        let mut names: Vec<String> = database.faces().filter_map(name).collect();
        names.sort();
        names.dedup();
        let by_key = names.iter().enumerate().map(|(index, name)| (key(name), index)).collect();
        let family = |name| Family { name, coverage: OnceLock::new() };
        Self { database, families: names.into_iter().map(family).collect(), by_key }
    }

    /// A family by a name that somebody typed.
    pub(super) fn named(&self, typed: &str) -> Result<usize, Error> {
        let documented = catalogue::find(typed);
        let families = documented.map_or(&[][..], |font| font.families);
        let stand_ins = catalogue::of_equal_widths(typed);
        let mut names = families.iter().copied().chain([typed]).chain(stand_ins.iter().copied());
        let found = names.find_map(|name| self.by_key.get(&key(name)));
        found.copied().ok_or_else(|| {
            let missing = |font: &catalogue::Documented| {
                format!("the font {} is not installed on this server; {}", font.name, font.source())
            };
            impossible("ff", documented.map_or_else(|| self.unknown(typed), missing))
        })
    }

    fn unknown(&self, typed: &str) -> String {
        if let Some(family) = catalogue::of_equal_widths(typed).first() {
            return format!(
                "the font {typed} is not installed on this server, and neither is {family}, whose letters are as wide; \
                 its package is fonts-liberation"
            );
        }
        let names: Vec<&str> = catalogue::FONTS.iter().filter(|font| self.has(font)).map(|font| font.name).collect();
        let names = if names.is_empty() { "none".into() } else { names.join(", ") };
        format!(
            "no font is called `{typed}`; of the built-in fonts this server has {names}; a font file of an origin is \
             given by its path with its extension"
        )
    }

    /// The first of [`DEFAULT_FAMILIES`], or any.
    pub(super) fn default_family(&self) -> Result<usize, Error> {
        let found = DEFAULT_FAMILIES.iter().find_map(|name| self.by_key.get(&key(name)).copied());
        let any = || (!self.families.is_empty()).then_some(0);
        found.or_else(any).ok_or_else(|| {
            impossible(
                "ff",
                "no font is installed on this server; Debian and Ubuntu have some in fonts-dejavu-core".into(),
            )
        })
    }

    pub(super) fn has(&self, font: &catalogue::Documented) -> bool {
        font.families.iter().any(|name| self.by_key.contains_key(&key(name)))
    }

    pub(super) fn families(&self) -> &[Family] {
        &self.families
    }

    /// The face of a family that comes nearest.
    pub(super) fn face(&self, family: usize, bold: bool, italic: bool) -> Option<Choice> {
        let families = [fontdb::Family::Name(&self.families[family].name)];
        let weight = if bold { Weight::BOLD } else { Weight::NORMAL };
        let style = if italic { Style::Italic } else { Style::Normal };
        let id = self.database.query(&Query { families: &families, weight, stretch: Stretch::Normal, style })?;
        let face = self.database.face(id)?;
        Some(Choice { id, weight: face.weight.0, upright: face.style == Style::Normal })
    }

    /// Runs `read` on a face's file.
    pub(super) fn with_face<T>(&self, id: ID, read: impl FnOnce(&[u8], u32) -> T) -> Option<T> {
        self.database.with_face_data(id, read)
    }

    /// The characters of a family.
    pub(super) fn coverage(&self, family: usize) -> &Coverage {
        self.families[family].coverage.get_or_init(|| {
            let face = self.face(family, false, false);
            let read = |bytes: &[u8], index| font_in(bytes, index).map(|font| Coverage::of(&font));
            face.and_then(|face| self.with_face(face.id, read)).flatten().unwrap_or_default()
        })
    }
}

/// A name without case, spaces and signs: people write `PT_Serif`, `pt serif` and `PT%20Serif`.
pub(super) fn key(name: &str) -> String {
    let name = name.replace("%20", "");
    name.chars().filter(|char| char.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
