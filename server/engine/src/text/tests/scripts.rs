//! Writing systems: order, joining, marks, fallback.

use super::*;

/// Forces left to right.
const LEFT_TO_RIGHT: &str = "\u{202D}";
/// Takes the place of nothing, and keeps letters from joining.
const NON_JOINER: &str = "\u{200C}";
/// A character that no font has.
const NOBODY_HAS: &str = "\u{10FFFD}";

#[test]
fn hebrew_is_read_from_the_right() {
    let right_to_left = drawn(&text("אבגד"));
    assert_eq!(right_to_left, drawn(&text(&format!("{LEFT_TO_RIGHT}דגבא"))));
    assert_ne!(right_to_left, drawn(&text(&format!("{LEFT_TO_RIGHT}אבגד"))));
    // In a Hebrew sentence numbers keep their own order, and a full stop ends it at the left.
    assert_eq!(drawn(&text("אב 12.")), drawn(&text(&format!("{LEFT_TO_RIGHT}.12 בא"))));
    // In a Latin sentence the words stay where they are.
    assert_eq!(drawn(&text("a אב c")), drawn(&text(&format!("{LEFT_TO_RIGHT}a בא c"))));
}

#[test]
fn arabic_letters_join() {
    let joined = drawn(&text("ببب"));
    let apart = drawn(&text(&format!("ب{NON_JOINER}ب{NON_JOINER}ب")));
    assert!(joined.width + 10 < apart.width, "{} against {}", joined.width, apart.width);
    // Joined letters have ink in each column; separate ones leave gaps.
    let gaps = |drawn: &Drawn| (0..drawn.width).filter(|x| !drawn.column_has_ink(*x, 0..drawn.height)).count();
    assert_eq!(gaps(&joined), 0);
    assert!(gaps(&apart) >= 2);
    // Lam and alef become one glyph.
    assert!(drawn(&text("لا")).width < drawn(&text(&format!("ل{NON_JOINER}ا"))).width);
}

#[test]
fn marks_stand_on_their_letters() {
    assert_eq!(drawn(&text("e\u{301}")), drawn(&text("é")));
    // There is no such letter: the mark is placed by the font.
    let (plain, marked) = (drawn(&text("x")), drawn(&text("x\u{301}")));
    assert!(marked.width < plain.width + 4, "the mark has no width of its own");
    assert!(marked.height > plain.height + 5, "it stands above");
    let accent = 0..marked.height - plain.height - 1;
    let (first, last) = marked.extent(accent);
    let centre = f64::from(u32::try_from(first + last).unwrap()) / 2.0;
    let middle = f64::from(u32::try_from(marked.width).unwrap()) / 2.0;
    assert!((centre - middle).abs() < middle / 2.0, "{centre} of {middle}");
}

#[test]
fn characters_that_the_font_lacks_come_from_another() {
    let box_of_nothing = drawn(&text(NOBODY_HAS));
    let found = |what: &str, character: &str, other: &str| {
        if can_draw(what, character) && can_draw(what, other) {
            let (one, two) = (drawn(&text(character)), drawn(&text(other)));
            assert_ne!(one, box_of_nothing, "{what}");
            assert_ne!(two, box_of_nothing, "{what}");
            assert_ne!(one, two, "{what}");
        }
    };
    found("Chinese", "日", "本");
    found("Japanese", "か", "な");
    found("Korean", "한", "국");
    found("Thai", "ท", "ส");
    found("Hebrew", "א", "ב");
    assert_eq!(drawn(&text("\u{10FFFC}")), box_of_nothing, "what nobody has looks the same");
}

/// A word in another font stands in the middle of the line, on the same baseline.
#[test]
fn fonts_mix_on_a_line() {
    if !can_draw("Chinese", "一") {
        return;
    }
    let mixed = drawn(&text("H一H"));
    let letter = drawn(&text("H"));
    let (first, last) = mixed.extent(mixed.height - 2..mixed.height);
    assert!(first < letter.width && last + letter.width > mixed.width, "the letters stand at both ends");
    assert!(mixed.width > 3 * letter.width);
}

#[test]
fn emoji_have_colours() {
    if !can_draw("emoji", "🙂") {
        return;
    }
    let family = fonts::installed().families().iter().any(|family| family.name == "Noto Color Emoji");
    if !family {
        eprintln!("SKIPPED: no font with coloured emoji is installed; deploy/install-build-deps.sh test installs one");
        return;
    }
    let is_yellow = |pixel: &&[u8; 4]| pixel[0] > 200 && pixel[1] > 150 && pixel[2] < 120 && pixel[3] == 255;
    let yellow = |text: &Text| drawn(text).pixels.iter().filter(is_yellow).count();
    let face = Text { font_size: 100.0, ..text("🙂") };
    let drawn_face = drawn(&face);
    assert!(yellow(&face) > 3000, "{}", yellow(&face));
    assert!((90..140).contains(&drawn_face.width), "as large as the letters: {}", drawn_face.width);
    // Their own colour, but the opacity of the text.
    let half = drawn(&Text { colour: colour("00ff0050"), ..face.clone() });
    assert_eq!(half.at(half.width / 2, half.height / 4)[3], 128);
    assert_eq!(half.at(half.width / 2, half.height / 4)[..3], drawn_face.at(half.width / 2, half.height / 4)[..3]);
    // A sequence is one picture, and a snowman is one only when it asks.
    assert!(drawn(&text("👨‍👩‍👧")).width < drawn(&text("👨👩👧")).width / 2);
    let coloured =
        |content: &str| drawn(&text(content)).pixels.iter().any(|pixel| pixel[3] > 0 && pixel[..3] != [0, 0, 0]);
    assert!(coloured("☃\u{FE0F}"));
    assert!(!coloured("☃") && !coloured("1") && !coloured("©"));
}
