//! The fonts that the URL language promises by name, and where they come from.

use super::fonts::key;

/// A font of the documentation.
#[derive(Debug)]
pub(crate) struct Documented {
    /// Its name in the documentation.
    pub(crate) name: &'static str,
    /// What its files call themselves: the same font under each name.
    pub(crate) families: &'static [&'static str],
    /// The package of Debian and Ubuntu that has it, and where that is not so everywhere.
    pub(crate) package: Option<&'static str>,
}

const fn packaged(name: &'static str, families: &'static [&'static str], package: &'static str) -> Documented {
    Documented { name, families, package: Some(package) }
}

const fn unpackaged(name: &'static str, families: &'static [&'static str]) -> Documented {
    Documented { name, families, package: None }
}

/// In the order of the documentation.
pub(crate) const FONTS: [Documented; 22] = [
    unpackaged("AbrilFatFace", &["Abril Fatface"]),
    unpackaged("Amaranth", &["Amaranth"]),
    unpackaged("Arvo", &["Arvo"]),
    unpackaged("Audiowide", &["Audiowide"]),
    unpackaged("Chivo", &["Chivo"]),
    unpackaged("Crimson Text", &["Crimson Text"]),
    unpackaged("exo", &["Exo"]),
    unpackaged("Fredoka One", &["Fredoka One"]),
    unpackaged("Gravitas One", &["Gravitas One"]),
    unpackaged("Kanit", &["Kanit"]),
    packaged("Lato", &["Lato"], "fonts-lato"),
    // Not fonts-lobster: Debian's package of that name holds a face of Lobster Two.
    unpackaged("Lobster", &["Lobster"]),
    unpackaged("Lora", &["Lora"]),
    unpackaged("Monoton", &["Monoton"]),
    packaged("Montserrat", &["Montserrat"], "fonts-montserrat (from Debian 13 on)"),
    packaged("PT Mono", &["PT Mono"], "fonts-paratype"),
    packaged("PT_Serif", &["PT Serif"], "fonts-paratype"),
    packaged("Open Sans", &["Open Sans"], "fonts-open-sans"),
    packaged("Roboto", &["Roboto"], "fonts-roboto-unhinted"),
    packaged("Old Standard", &["Old Standard TT", "Old Standard"], "fonts-oldstandard"),
    packaged("Ubuntu", &["Ubuntu"], "fonts-ubuntu (in Debian, of its non-free part)"),
    packaged("Vollkorn", &["Vollkorn"], "fonts-vollkorn"),
];

/// Fonts that no free system has, and free ones whose letters are as wide, so that every line keeps its length.
const OF_EQUAL_WIDTHS: [(&str, &[&str]); 6] = [
    ("Arial", &["Liberation Sans", "Arimo"]),
    ("Helvetica", &["Liberation Sans", "Arimo"]),
    ("Times New Roman", &["Liberation Serif", "Tinos"]),
    ("Times", &["Liberation Serif", "Tinos"]),
    ("Courier New", &["Liberation Mono", "Cousine"]),
    ("Courier", &["Liberation Mono", "Cousine"]),
];

/// The families that may stand in for the font `typed`; none for most.
pub(super) fn of_equal_widths(typed: &str) -> &'static [&'static str] {
    let typed = key(typed);
    OF_EQUAL_WIDTHS.iter().find(|(name, _)| key(name) == typed).map_or(&[], |(_, families)| *families)
}

/// The font that `typed` means, however it is spelled.
pub(super) fn find(typed: &str) -> Option<&'static Documented> {
    let typed = key(typed);
    FONTS.iter().find(|font| [font.name].iter().chain(font.families).any(|name| key(name) == typed))
}

impl Documented {
    /// How to get it, as the end of a sentence.
    pub(super) fn source(&self) -> String {
        match self.package {
            Some(package) => format!("its package is {package}"),
            None => {
                "no package has it: put its files in /usr/local/share/fonts, or name a font file of an origin".into()
            }
        }
    }
}
