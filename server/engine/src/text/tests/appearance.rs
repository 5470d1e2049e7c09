//! Sizes, lines, colours and the box.

use super::*;
use swash::FontRef;

const WHITE: &str = "ffffff";

/// What the default font says of itself, in parts of an em.
fn cap_height() -> f64 {
    let installed = fonts::installed();
    let face = installed.face(installed.default_family().unwrap(), false, false).unwrap();
    let read = |bytes: &[u8], index: u32| {
        let metrics = FontRef::from_index(bytes, index as usize).unwrap().metrics(&[]);
        f64::from(metrics.cap_height) / f64::from(metrics.units_per_em)
    };
    installed.with_face(face.id, read).unwrap()
}

#[test]
fn the_size_of_the_font_is_in_pixels() {
    let em = cap_height();
    assert!((0.6..0.8).contains(&em), "{em}");
    for size in [10.0, 45.0, 300.0, 1000.5] {
        let height = drawn(&Text { font_size: size, ..text("H") }).height;
        let expected = size * em;
        let height = f64::from(u32::try_from(height).unwrap());
        assert!((height - expected).abs() <= 1.5, "{size}: {height} against {expected}");
    }
}

#[test]
fn nothing_is_markup() {
    let bold = drawn(&text("<b>a</b>"));
    assert!(bold.width > 5 * drawn(&text("a")).width);
    assert!(drawn(&text("&amp;")).width > 3 * drawn(&text("&")).width);
    assert_ne!(drawn(&text("<span foreground=\"red\">a</span>")).pixels.len(), drawn(&text("a")).pixels.len());
}

#[test]
fn ends_of_lines_and_tabs() {
    let two = drawn(&text("one\ntwo"));
    for same in ["one\r\ntwo", "one\rtwo", "one\u{2028}two", "one\u{2029}two", "one\u{b}two", "one  \ntwo"] {
        assert_eq!(drawn(&text(same)), two, "{same:?}");
    }
    assert_eq!(drawn(&text("a\tb")), drawn(&text("a b")));
    assert_eq!(drawn(&text(" \na  \n ")), drawn(&text("a")), "empty space is trimmed");
}

#[test]
fn lines_are_broken_at_words() {
    let set = |content: &str, width| drawn(&Text { width, align: Align::Left, ..text(content) });
    let words = "The quick brown fox jumps over the lazy dog";
    let natural = set(words, None);
    assert!(natural.width > 800);
    let narrow = set(words, Some(400));
    assert!(narrow.width <= 400 && narrow.width > 300, "{}", narrow.width);
    assert_eq!(narrow, set("The quick brown\nfox jumps over the\nlazy dog", None));
    assert_eq!(set(words, Some(5000)), natural);
    // The space that a break takes the place of is gone, however wide.
    assert_eq!(set("one            two", Some(100)), set("one\ntwo", None));
    // A word wider than the line is cut.
    let cut = set("Donaudampfschifffahrt", Some(150));
    assert!(cut.width <= 150 && cut.height > 2 * set("Donau", None).height, "{cut:?}");
    // Even a line that has no room for one letter ends.
    assert!(set("ab", Some(1)).height > set("ab", None).height);
    if can_draw("Chinese", "日本語") {
        assert_eq!(set("日本語日本語", Some(140)), set("日本語\n日本語", None), "no spaces, but breaks");
    }
}

#[test]
fn short_lines_stand_where_asked() {
    let rows = |drawn: &Drawn| drawn.height - 10..drawn.height;
    let set = |align| drawn(&Text { align, ..text("MMMMMMMM\nI") });
    let (left, centre, right) = (set(Align::Left), set(Align::Centre), set(Align::Right));
    let width = left.width;
    let (first, last) = left.extent(rows(&left));
    assert!(first < 5 && last < 20, "{first} {last}");
    let (first, last) = right.extent(rows(&right));
    assert!(first > width - 20 && last + 5 > width, "{first} {last} of {width}");
    let (first, last) = centre.extent(rows(&centre));
    assert!((first + last).abs_diff(width - 1) <= 3, "{first} {last} of {width}");
}

#[test]
fn lines_are_as_high_as_asked() {
    let letter = drawn(&text("H")).height;
    for height in [45.0, 60.0, 200.0] {
        let lines = drawn(&Text { line_height: Some(height), ..text("H\nH\nH") }).height;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let expected = letter + 2 * height as usize;
        assert_eq!(lines, expected, "{height}");
    }
    assert_eq!(drawn(&Text { line_height: Some(300.0), ..text("H") }), drawn(&text("H")), "one line has no distance");
    let natural = drawn(&text("H\nH")).height - letter;
    assert!((45..80).contains(&natural), "{natural}");
    // A line without letters takes its place.
    assert!(drawn(&text("H\n\nH")).height.abs_diff(letter + 2 * natural) <= 1, "rows are whole");
}

#[test]
fn colours_are_exact() {
    let red = drawn(&Text { colour: colour("c81e32"), font_size: 200.0, ..text("I") });
    assert_eq!(red.at(red.width / 2, red.height / 2), [0xc8, 0x1e, 0x32, 255]);
    assert!(red.pixels.iter().all(|pixel| pixel[..3] == [0xc8, 0x1e, 0x32]), "also where nothing shows");
    let half = drawn(&Text { colour: colour("0000ff50"), font_size: 200.0, ..text("I") });
    assert_eq!(half.at(half.width / 2, half.height / 2), [0, 0, 255, 128]);
    // Where letters touch, they do not count twice.
    let joined = drawn(&Text { colour: colour("00000050"), font_size: 200.0, ..text("ببب") });
    assert_eq!(joined.pixels.iter().map(|pixel| pixel[3]).max(), Some(128));
    let boxed = Text { colour: colour("0000ff50"), background: Some(colour("ff0000")), font_size: 200.0, ..text("I") };
    let boxed = drawn(&boxed);
    assert_eq!(boxed.at(boxed.width / 2, boxed.height / 2), [127, 0, 128, 255]);
}

#[test]
fn padding_is_around_the_ink() {
    let plain = drawn(&text("Hg"));
    let padded = drawn(&Text { padding: [1, 20, 300, 4], background: Some(colour(WHITE)), ..text("Hg") });
    assert_eq!((padded.width, padded.height), (plain.width + 24, plain.height + 301));
    for (y, x) in (0..padded.height).flat_map(|y| (0..padded.width).map(move |x| (y, x))) {
        let inside = (1..=plain.height).contains(&y) && (4..4 + plain.width).contains(&x);
        let ink = if inside { plain.at(x - 4, y - 1)[3] } else { 0 };
        let shade = 255 - ink;
        assert_eq!(padded.at(x, y), [shade, shade, shade, 255], "{x}, {y}");
    }
    assert!(plain.row_has_ink(0) && plain.row_has_ink(plain.height - 1), "trimmed above and below");
    assert_eq!(plain.extent(0..plain.height), (0, plain.width - 1), "trimmed at the sides");
}

#[test]
fn corners_are_round() {
    let set = |corners| {
        let box_colour = Some(colour("ff000050"));
        drawn(&Text { padding: [40; 4], corners, background: box_colour, ..text("Hello") })
    };
    let square = set([0.0; 4]);
    assert!(square.pixels.iter().all(|pixel| pixel[3] >= 128), "opacity of its own");
    let one = set([20.0, 0.0, 0.0, 0.0]);
    assert_eq!(one.at(0, 0)[3], 0);
    assert_eq!([one.at(one.width - 1, 0)[3], one.at(0, one.height - 1)[3]], [128, 128]);
    assert_eq!(one.at(20, 0)[3], 128);
    // A quarter of a circle is cut off: (1 - π / 4) r².
    let cut = (square.ink() - one.ink()) / (128.0 / 255.0);
    assert!((cut - (1.0 - std::f64::consts::FRAC_PI_4) * 400.0).abs() < 1.0, "{cut}");
    let most = set([f64::INFINITY; 4]);
    assert_eq!(most.at(most.width / 2, 0)[3], 128);
    assert_eq!(most.at(0, most.height / 4)[3], 0);
    assert_eq!(most.at(0, most.height / 2)[3], 128);
}

#[test]
fn bold_italic_and_struck_through() {
    let plain = drawn(&text("Illumination"));
    let bold = drawn(&Text { bold: true, ..text("Illumination") });
    assert!(bold.ink() > 1.2 * plain.ink(), "{} against {}", bold.ink(), plain.ink());
    assert!(bold.width > plain.width);
    let italic = drawn(&Text { italic: true, font_size: 200.0, ..text("I") });
    let (top, bottom) = (italic.extent(0..5), italic.extent(italic.height - 5..italic.height));
    assert!(top.0 > bottom.0 + 10, "leans to the right: {top:?} {bottom:?}");
    let struck = drawn(&Text { strikethrough: true, ..text("a  a") });
    let whole_row = |y: &usize| (1..struck.width - 1).all(|x| struck.at(x, *y)[3] == 255);
    let rows: Vec<usize> = (0..struck.height).filter(whole_row).collect();
    assert!(!rows.is_empty() && rows.len() < 8, "{rows:?}");
    let middle = rows[rows.len() / 2];
    assert!((struck.height / 5..struck.height * 4 / 5).contains(&middle), "{middle} of {}", struck.height);
}
