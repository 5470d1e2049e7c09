//! What a text looks like, told from pictures of it: sizes, edges of the ink, and two texts that must or must
//! not look the same.
#![allow(clippy::unwrap_used)] // a panic is how a test fails

use super::*;

mod appearance;
mod given;
mod limits;
mod scripts;

fn text(content: &str) -> Text {
    Text {
        content: content.into(),
        width: None,
        font_size: 45.0,
        font: Font::Default,
        colour: Colour::BLACK,
        align: Align::Centre,
        padding: [0; 4],
        line_height: None,
        bold: false,
        italic: false,
        strikethrough: false,
        background: None,
        corners: [0.0; 4],
    }
}

fn named(content: &str, font: &str) -> Text {
    Text { font: Font::Named(font.into()), ..text(content) }
}

fn colour(text: &str) -> Colour {
    Colour::read(text).unwrap()
}

/// A drawn text.
#[derive(PartialEq)]
struct Drawn {
    width: usize,
    height: usize,
    pixels: Vec<[u8; 4]>,
}

#[track_caller]
fn drawn(text: &Text) -> Drawn {
    let image = draw(text, &Limits::default(), &Resources::default())
        .unwrap_or_else(|error| panic!("{:?}: {error}", text.content));
    let pixels = image.to_memory().unwrap();
    assert_eq!(image.bands(), 4);
    Drawn { width: image.width() as usize, height: image.height() as usize, pixels: pixels.as_chunks().0.to_vec() }
}

#[track_caller]
fn refused(text: &Text) -> Error {
    draw(text, &Limits::default(), &Resources::default()).map(drop).expect_err("was drawn")
}

impl Drawn {
    fn at(&self, x: usize, y: usize) -> [u8; 4] {
        self.pixels[y * self.width + x]
    }

    fn row_has_ink(&self, y: usize) -> bool {
        (0..self.width).any(|x| self.at(x, y)[3] > 0)
    }

    fn column_has_ink(&self, x: usize, rows: std::ops::Range<usize>) -> bool {
        rows.into_iter().any(|y| self.at(x, y)[3] > 0)
    }

    /// First and last column with ink in these rows.
    fn extent(&self, rows: std::ops::Range<usize>) -> (usize, usize) {
        let mut columns = (0..self.width).filter(|x| self.column_has_ink(*x, rows.clone()));
        let first = columns.next().unwrap();
        (first, columns.next_back().unwrap_or(first))
    }

    /// Sum of all coverage, in pixels.
    fn ink(&self) -> f64 {
        self.pixels.iter().map(|pixel| f64::from(pixel[3]) / 255.0).sum()
    }
}

/// Nobody reads pixels.
impl std::fmt::Debug for Drawn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}×{}, {:.2} pixels of ink", self.width, self.height, self.ink())
    }
}

/// Whether a font for these characters is installed. Says loudly when a test cannot look.
fn can_draw(what: &str, sample: &str) -> bool {
    let installed = fonts::installed();
    let has = (0..installed.families().len()).any(|family| installed.coverage(family).has_all(sample));
    if !has {
        eprintln!("SKIPPED: no font with {what} is installed; deploy/install-build-deps.sh test installs one");
    }
    has
}

/// What texts cost. Run it alone, with `--release --ignored --nocapture`.
#[test]
#[ignore = "a measurement"]
fn measure() {
    let timed = |what: &str, run: &dyn Fn() -> usize| {
        let started = std::time::Instant::now();
        let number = run();
        eprintln!("{what}: {:?} ({number})", started.elapsed());
    };
    timed("looking for fonts", &|| fonts::installed().families().len());
    let sentence = "The quick brown fox jumps over the lazy dog";
    let texts = [
        ("Latin", text(sentence)),
        ("Latin, 2000 characters, wrapped", Text { width: Some(1200), ..text(&sentence.repeat(46)) }),
        ("Arabic", text("مرحبا بالعالم")),
        ("Chinese", text("日本語日本語")),
        ("emoji", text("🙂🙃")),
        ("Latin, 400 pixels", Text { font_size: 400.0, ..text("Sale now") }),
        ("nobody's characters", text("\u{10FFFD}\u{10FFFC}")),
    ];
    for (what, text) in &texts {
        for turn in ["first", "second"] {
            timed(&format!("{what}, {turn}"), &|| drawn(text).width);
        }
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    status
        .lines()
        .filter(|line| line.starts_with("VmHWM") || line.starts_with("RssAnon"))
        .for_each(|line| eprintln!("{line}"));
}
