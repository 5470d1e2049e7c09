//! What users read is what the program does: the tables of parameters, a picture for each, the links.
//!
//! `make docs` runs these tests with `DARKROOM_WRITE_DOCS` set. Then they write what they otherwise compare, so
//! what is written and what is checked cannot drift apart.

mod document;
mod drawing;

use crate::darkroom::program;
use darkroom_engine::{Pipeline, language::PARAMETERS};
use document::{Document, Picture, SOURCES, WITHOUT_PICTURE};
use drawing::Studio;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

const MAKE_DOCS: &str = "run `make docs`, look at `git diff`, and commit";
/// Bytes of all pictures together: who clones the repository gets them.
const PICTURES_MAX_BYTES: u64 = 1 << 20;

fn is_writing() -> bool {
    std::env::var_os("DARKROOM_WRITE_DOCS").is_some()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs")
}

/// All documents, with their generated parts made anew.
fn documents() -> Vec<(PathBuf, Document)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "md") {
            let document = Document::read(&std::fs::read_to_string(&path).unwrap());
            found.push((path.clone(), document.unwrap_or_else(|fault| panic!("{}: {fault}", path.display()))));
        }
    }
    found
}

#[test]
fn every_parameter_stands_in_one_table_and_no_table_is_out_of_date() {
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for (path, document) in documents() {
        for key in &document.parameters {
            *places.entry(key.clone()).or_default() += 1;
        }
        if is_writing() {
            std::fs::write(&path, &document.generated).unwrap();
        }
        let written = std::fs::read_to_string(&path).unwrap();
        let stale = written.lines().zip(document.generated.lines()).find(|(written, generated)| written != generated);
        assert_eq!(stale, None, "{} is out of date: {MAKE_DOCS}", path.display());
        assert_eq!(written, document.generated, "{} is out of date: {MAKE_DOCS}", path.display());
    }
    for parameter in PARAMETERS.iter().copied().flatten() {
        let count = places.remove(parameter.key);
        let place = "put it into a `begin parameters` line of docs/transformations.md";
        assert_eq!(count, Some(1), "tables that have `{}`: {place}", parameter.key);
    }
    assert_eq!(places, BTreeMap::new(), "keys of tables that no parameter has");
}

#[test]
fn every_example_is_of_the_language() {
    for parameter in PARAMETERS.iter().copied().flatten() {
        let read: Result<Pipeline, _> = parameter.example.parse();
        assert!(read.is_ok(), "the example of `{}`: {read:?}", parameter.key);
        let key = format!("{}-", parameter.key);
        let uses = parameter.example.split([',', ':']).any(|item| item == parameter.key || item.starts_with(&key));
        assert!(uses, "the example of `{}` does not use it", parameter.key);
    }
    for (key, _) in WITHOUT_PICTURE {
        assert!(PARAMETERS.iter().copied().flatten().any(|known| known.key == key), "`{key}` is no parameter");
    }
}

#[test]
fn every_picture_is_what_its_text_gives() {
    let studio = Studio::new(&program(), &folder().join("pictures/sources"));
    let pictures: Vec<Picture> = documents().into_iter().flat_map(|(_, document)| document.pictures).collect();
    let mut names = BTreeSet::new();
    for Picture { name, source, text } in &pictures {
        assert!(names.insert(name.as_str()), "two pictures are called {name}");
        let made = studio.drawn(source, text);
        assert!(made.width() <= 320 && made.height() <= 320, "{name}: {} x {}", made.width(), made.height());
        assert!(studio.shows_something(source, text), "{name}: `{text}` cannot be told from {source}.png");
        compare_or_write(&studio, name, source, text);
    }
    for source in SOURCES {
        let name = format!("source-{source}");
        compare_or_write(&studio, &name, source, "");
    }
    let expected: BTreeSet<String> =
        names.iter().map(|name| (*name).to_owned()).chain(SOURCES.map(|source| format!("source-{source}"))).collect();
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder().join("pictures")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "webp") {
            continue;
        }
        let name = path.file_stem().unwrap().to_str().unwrap();
        if is_writing() && !expected.contains(name) {
            std::fs::remove_file(&path).unwrap();
            continue;
        }
        assert!(expected.contains(name), "nothing shows {}: {MAKE_DOCS}", path.display());
        bytes += path.metadata().unwrap().len();
    }
    assert!(bytes <= PICTURES_MAX_BYTES, "{bytes} bytes of pictures");
}

fn compare_or_write(studio: &Studio, name: &str, source: &str, text: &str) {
    let file = folder().join(format!("pictures/{name}.webp"));
    let is_good = |kept: Vec<u8>| studio.compare(source, text, &kept).is_ok();
    // What looks alike stays as it is, so that another version of an encoder makes no difference in `git diff`.
    if is_writing() && !std::fs::read(&file).is_ok_and(is_good) {
        std::fs::write(&file, studio.encoded(source, text)).unwrap();
    }
    let kept = std::fs::read(&file).unwrap_or_else(|_| panic!("`{name}` has no picture: {MAKE_DOCS}"));
    let compared = studio.compare(source, text, &kept);
    assert_eq!(compared, Ok(()), "{} is not what `{text}` gives: {MAKE_DOCS}", file.display());
}

#[test]
fn no_link_leads_nowhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let of_the_root = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"].map(|name| root.join(name));
    for path in documents().into_iter().map(|(path, _)| path).chain(of_the_root) {
        let text = std::fs::read_to_string(&path).unwrap();
        for link in document::links(&text) {
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() { path.clone() } else { path.parent().unwrap().join(file) };
            assert!(target.exists(), "{}: {link}", path.display());
            if !anchor.is_empty() {
                let headings = document::anchors(&std::fs::read_to_string(&target).unwrap());
                assert!(headings.iter().any(|heading| heading == anchor), "{}: {link}", path.display());
            }
        }
    }
}
