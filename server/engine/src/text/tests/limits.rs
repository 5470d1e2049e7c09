//! What is refused.

use super::*;

#[track_caller]
fn check_limit(text: &Text, expected: &str) {
    let started = std::time::Instant::now();
    match refused(text) {
        Error::TooLarge { limit, maximum, actual } => {
            assert_eq!(limit, expected);
            assert!(actual > maximum);
        }
        other => panic!("{other}"),
    }
    eprintln!("refused after {:?}", started.elapsed());
}

#[test]
fn large_texts_are_refused_before_they_are_drawn() {
    let sized = |content: &str, font_size| Text { font_size, ..text(content) };
    check_limit(&sized(&"M".repeat(2000), 16_383.0), "output_pixels");
    check_limit(&sized("--------------------", 5000.0), "text_side_px");
    check_limit(&sized("O", 16_383.0), "output_pixels");
    check_limit(&sized(&"M\n".repeat(1000), 100.0), "text_side_px");
    check_limit(&sized(&"a".repeat(2000), 1000.0), "text_side_px");
    if can_draw("emoji", "🙂") {
        check_limit(&sized("🙂", 16_383.0), "text_side_px");
    }
    check_limit(&Text { padding: [0, 16_383, 0, 0], ..text("a") }, "text_side_px");
    check_limit(&Text { padding: [u32::MAX; 4], ..text("a") }, "text_side_px");
    check_limit(&Text { padding: [8000; 4], ..text("a") }, "output_pixels");
    check_limit(&text(&"a".repeat(2501)), "text_characters");
    let limits = Limits { text_side_px: 50, ..Limits::default() };
    assert!(draw(&text("a"), &limits, &Resources::default()).is_ok());
    assert!(
        matches!(draw(&text("abc"), &limits, &Resources::default()), Err(Error::TooLarge { limit, .. }) if limit == "text_side_px")
    );
}

/// Each letter is paid for by its size, before it is drawn; and so are the planes that it is drawn on.
#[test]
fn letters_are_work() {
    let large = Text { font_size: 1000.0, ..text("M") };
    let edge = |limited: &dyn Fn(u64) -> Limits| {
        let draw = |maximum| draw(&large, &limited(maximum), &Resources::default());
        let fits = |maximum: u64| match draw(maximum) {
            Ok(_) => true,
            Err(Error::TooLarge { actual, .. }) => {
                assert!(actual > maximum);
                false
            }
            Err(other) => panic!("{other}"),
        };
        // The box is paid for behind the ink, so the edge is looked for.
        let (mut below, mut above) = (0, 1 << 30);
        while above - below > 1 {
            let middle = u64::midpoint(below, above);
            if fits(middle) { above = middle } else { below = middle }
        }
        above
    };
    let box_of = drawn(&large);
    let pixels = (box_of.width * box_of.height) as u64;
    let work = edge(&|work_pixels| Limits { work_pixels, ..Limits::default() });
    assert!((pixels * 6 / 10..pixels * 7 / 10).contains(&work), "{work} for {pixels}");
    let memory = edge(&|memory_bytes| Limits { memory_bytes, ..Limits::default() });
    assert!((pixels * 7..pixels * 75 / 10).contains(&memory), "{memory} for {pixels}");
}

/// As many letters as are allowed on one another, with marks.
#[test]
fn many_shapes_in_one_place_are_refused() {
    let text = Text { line_height: Some(0.0), font_size: 1000.0, ..text(&"M\n".repeat(1000)) };
    check_limit(&text, "output_pixels");
}

#[test]
fn what_cannot_be_drawn_is_an_error() {
    #[track_caller]
    fn check(text: &Text, parameter: &str, words: &str) {
        match refused(text) {
            Error::Impossible { parameter: found, reason } => {
                assert_eq!(found, parameter);
                assert!(reason.contains(words), "{reason}");
            }
            other => panic!("{other}"),
        }
    }
    check(&text("a\0b"), "i", "U+0000");
    check(&text("a\u{1b}[31m"), "i", "U+001B");
    check(&text("a\u{9f}"), "i", "U+009F");
    for nothing in ["", " ", "\n\n", "\u{200B}\u{202E}\u{FEFF}", "\u{3000}\u{A0}"] {
        check(&text(nothing), "i", "nothing");
    }
    for size in [0.0, 0.5, -3.0, 16_384.0, f64::NAN, f64::INFINITY] {
        check(&Text { font_size: size, ..text("a") }, "fs", "from 1 to 16383");
    }
    assert!(drawn(&Text { font_size: 1.0, ..text("M") }).width >= 1);
}

/// Nobody waits long for the worst text that is allowed: each character of another script, and none in the font.
#[test]
fn strange_texts_end() {
    let letters = (0x1100..0x1_F000_u32).step_by(49).filter_map(char::from_u32);
    let strange: String = letters.filter(|char| !char.is_control()).take(2500).collect();
    let started = std::time::Instant::now();
    let image = drawn(&Text { width: Some(1000), ..text(&strange) });
    eprintln!("{}×{} after {:?}", image.width, image.height, started.elapsed());
    assert!(image.width <= 1100);
    let marks = format!("a{}", "\u{301}".repeat(2499));
    let outcome = draw(&text(&marks), &Limits::default(), &Resources::default());
    assert!(outcome.is_ok() || matches!(outcome, Err(Error::TooLarge { .. })));
}
