//! A document of `docs/` with its generated parts, which stand between markers:
//!
//! - `<!-- begin parameters: w h -->` … `<!-- end parameters -->`: the rows of these parameters, and below them
//!   what their examples give;
//! - `<!-- begin pictures` … `-->` … `<!-- end pictures -->`: what the texts between the first two give, one a
//!   line: `name: text`, or `name (source): text`;
//! - `<!-- begin sources -->` … `<!-- end sources -->`: the drawings that all of them are made from.
//!
//! All else is written by hand.

use darkroom_engine::language::{PARAMETERS, Parameter};
use std::fmt::Write;

/// The drawings in `docs/pictures/sources`.
pub(super) const SOURCES: [&str; 4] = ["boat", "logo", "portrait", "texture"];

/// What an example is made from, where that is not the boat.
const DRAWN_FROM: [(&str, &str); 5] =
    [("t", "logo"), ("z", "portrait"), ("bg", "logo"), ("e-shadow", "logo"), ("e-dropshadow", "logo")];

/// Parameters of which a picture would show nothing, and why.
pub(super) const WITHOUT_PICTURE: [(&str, &str); 10] = [
    ("pg", "these pictures have one page each"),
    ("di", "it shows another image"),
    ("f", "the picture is the same in every format"),
    ("q", "what it changes is meant not to be seen"),
    ("lo", "what it changes is meant not to be seen"),
    ("pr", "the picture is the same once it has been loaded"),
    ("md", "no pixel changes"),
    ("cp", "these pictures have no profile"),
    ("dn", "no pixel changes"),
    ("orig", "it is the source"),
];

/// Pictures beside one another.
const COLUMNS: usize = 3;

/// A picture to show.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Picture {
    /// Its file in `docs/pictures`, without `.webp`.
    pub(super) name: String,
    /// One of [`SOURCES`].
    pub(super) source: String,
    /// The transformation.
    pub(super) text: String,
}

/// A document, read and made anew.
#[derive(Debug, Default)]
pub(super) struct Document {
    /// How it should read.
    pub(super) generated: String,
    /// What it shows.
    pub(super) pictures: Vec<Picture>,
    /// The keys of its tables of parameters.
    pub(super) parameters: Vec<String>,
}

impl Document {
    /// Reads a document.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let mut document = Self::default();
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            document.line(line);
            let Some(marker) = line.strip_prefix("<!-- begin ") else { continue };
            let kind = marker.split([':', ' ']).next().unwrap_or_default();
            match kind {
                "parameters" => {
                    let keys = marker.trim_start_matches("parameters:").trim_end_matches("-->").split_whitespace();
                    document.parameters(&keys.collect::<Vec<_>>())?;
                }
                "pictures" => {
                    let mut pictures = Vec::new();
                    for line in lines.by_ref() {
                        document.line(line);
                        if line == "-->" {
                            break;
                        }
                        pictures.push(picture(line)?);
                    }
                    document.gallery(pictures);
                }
                "sources" => document.sources(),
                kind => return Err(format!("`{kind}` is no generated part")),
            }
            let end = format!("<!-- end {kind} -->");
            if !lines.by_ref().any(|line| line == end) {
                return Err(format!("`{line}` has no `{end}`"));
            }
            document.line(&end);
        }
        Ok(document)
    }

    fn line(&mut self, line: &str) {
        self.generated.push_str(line);
        self.generated.push('\n');
    }

    fn parameters(&mut self, keys: &[&str]) -> Result<(), String> {
        self.line("\n| Key | Values | Default | Meaning | Example |\n|---|---|---|---|---|");
        let mut pictures = Vec::new();
        let mut reasons: Vec<(Vec<String>, &str)> = Vec::new();
        for key in keys {
            let known = PARAMETERS.iter().copied().flatten().find(|parameter| parameter.key == *key);
            let parameter = known.ok_or_else(|| format!("`{key}` is no parameter"))?;
            let Parameter { key, name, values, default, meaning, example } = parameter;
            self.line(&format!("| `{key}` ({name}) | {values} | {default} | {meaning} | `{example}` |"));
            self.parameters.push((*key).to_owned());
            match WITHOUT_PICTURE.iter().find(|(without, _)| without == key) {
                None => pictures.push(example_of(parameter)),
                Some((_, reason)) => match reasons.iter_mut().find(|(_, known)| known == reason) {
                    Some((keys, _)) => keys.push(format!("`{key}`")),
                    None => reasons.push((vec![format!("`{key}`")], reason)),
                },
            }
        }
        self.gallery(pictures);
        if !reasons.is_empty() {
            let told: Vec<String> =
                reasons.iter().map(|(keys, reason)| format!("{} ({reason})", keys.join(", "))).collect();
            self.line(&format!("Without a picture: {}.\n", told.join(", ")));
        }
        Ok(())
    }

    fn gallery(&mut self, pictures: Vec<Picture>) {
        let cells = pictures.iter().map(|Picture { name, source, text }| {
            let of = if source == "boat" { String::new() } else { format!("<br>of `{source}.png`") };
            format!("![{name}](pictures/{name}.webp)<br>`{text}`{of}")
        });
        self.grid(&cells.collect::<Vec<_>>());
        self.pictures.extend(pictures);
    }

    fn sources(&mut self) {
        let cells = SOURCES.map(|source| format!("![{source}](pictures/source-{source}.webp)<br>`{source}.png`"));
        self.grid(&cells);
    }

    fn grid(&mut self, cells: &[String]) {
        let mut out = String::from("\n");
        for (index, row) in cells.chunks(COLUMNS).enumerate() {
            _ = writeln!(out, "| {} |", row.join(" | "));
            if index == 0 {
                _ = writeln!(out, "|{}", ":---:|".repeat(row.len()));
            }
        }
        if !cells.is_empty() {
            self.line(&out);
        }
    }
}

fn example_of(parameter: &Parameter) -> Picture {
    let source = DRAWN_FROM.iter().find(|(key, _)| *key == parameter.key).map_or("boat", |(_, source)| source);
    Picture { name: parameter.key.to_owned(), source: source.to_owned(), text: parameter.example.to_owned() }
}

/// Reads `name: text` or `name (source): text`.
fn picture(line: &str) -> Result<Picture, String> {
    let (head, text) = line.split_once(": ").ok_or_else(|| format!("`{line}` is not `name: text`"))?;
    let (name, source) = match head.split_once(" (") {
        Some((name, source)) => (name, source.trim_end_matches(')')),
        None => (head, "boat"),
    };
    if !SOURCES.contains(&source) {
        return Err(format!("`{source}` is no drawing"));
    }
    Ok(Picture { name: name.to_owned(), source: source.to_owned(), text: text.to_owned() })
}

/// Where a text links to inside the repository.
pub(super) fn links(text: &str) -> Vec<&str> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target);
    targets.filter(|target| !target.contains("://") && !target.contains(' ')).collect()
}

/// The anchors that a forge gives to the headings of a text.
pub(super) fn anchors(text: &str) -> Vec<String> {
    let headings = text.lines().filter(|line| line.starts_with('#')).map(|line| line.trim_start_matches('#').trim());
    let anchor = |heading: &str| {
        let kept = heading.chars().filter(|letter| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_'));
        kept.collect::<String>().to_lowercase().replace(' ', "-")
    };
    headings.map(anchor).collect()
}

#[test]
fn generated_parts_are_made_anew_and_the_others_stay() {
    let text = "# A\n<!-- begin pictures\na (logo): w-9\n-->\nold\n<!-- end pictures -->\nby hand\n";
    let document = Document::read(text).unwrap();
    let shown = "| ![a](pictures/a.webp)<br>`w-9`<br>of `logo.png` |\n|:---:|\n";
    assert_eq!(document.generated, text.replace("old\n", &format!("\n{shown}\n")));
    assert_eq!(document.pictures.len(), 1);
    assert_eq!(Document::read(&document.generated).unwrap().generated, document.generated, "twice is as once");
    for broken in
        ["<!-- begin pictures\n", "<!-- begin parameters: nope -->\n<!-- end parameters -->", "<!-- begin x -->"]
    {
        assert!(Document::read(broken).is_err(), "{broken}");
    }
    assert_eq!(anchors("## What `c` is: a, b\n"), ["what-c-is-a-b"]);
    assert_eq!(links("[a](b.md#c) [d](https://e)"), ["b.md#c"]);
}
