//! Fonts by name, and fonts that come with the request.

use super::*;

/// The file of the default font.
fn default_font(bold: bool) -> Bytes {
    let installed = fonts::installed();
    let face = installed.face(installed.default_family().unwrap(), bold, false).unwrap();
    installed.with_face(face.id, |bytes, _| Bytes::copy_from_slice(bytes)).unwrap()
}

fn given(content: &str, bytes: Bytes) -> Text {
    Text { font: Font::File(bytes), ..text(content) }
}

#[track_caller]
fn reason(text: &Text) -> String {
    match refused(text) {
        Error::Impossible { parameter, reason } if parameter == "ff" => reason,
        other => panic!("{other}"),
    }
}

#[test]
fn names_are_found_however_they_are_spelled() {
    let installed = fonts::installed();
    let found: Vec<_> = catalogue::FONTS.iter().filter(|font| installed.has(font)).collect();
    if found.is_empty() {
        eprintln!("SKIPPED: none of the built-in fonts is installed; deploy/install-build-deps.sh test installs some");
    }
    let others: Vec<&str> = fonts::DEFAULT_FAMILIES.into_iter().filter(|name| installed.named(name).is_ok()).collect();
    for name in found.iter().map(|font| font.name).chain(others) {
        let spellings = [
            name.to_lowercase(),
            name.to_uppercase(),
            name.replace(' ', "_"),
            name.replace([' ', '_'], ""),
            name.replace(' ', "%20"),
            name.replace('_', " "),
            name.replace(' ', "-"),
        ];
        let family = installed.named(name).unwrap();
        for spelling in spellings {
            assert_eq!(installed.named(&spelling).unwrap(), family, "{spelling}");
        }
    }
    if found.len() >= 2 {
        let pictures: Vec<Drawn> = found.iter().map(|font| drawn(&named("Rag&", font.name))).collect();
        for (one, picture) in pictures.iter().enumerate() {
            assert!(pictures[one + 1..].iter().all(|other| other != picture), "{} is its own", found[one].name);
        }
    }
}

#[test]
fn a_font_that_is_not_there_is_an_error() {
    let installed = fonts::installed();
    let missing = catalogue::FONTS.iter().find(|font| !installed.has(font)).expect("no machine has all of them");
    let message = reason(&named("a", missing.name));
    assert!(message.contains(missing.name) && message.contains("not installed"), "{message}");
    for name in ["Comic Papyrus", "", " ", "Open Sans Gothic", "../../etc/passwd"] {
        let message = reason(&named("a", name));
        assert!(message.contains("no font is called"), "{message}");
    }
    if installed.named("Liberation Sans").is_err() && installed.named("Arimo").is_err() {
        assert!(reason(&named("a", "Arial")).contains("fonts-liberation"));
    }
    let lato = catalogue::find("LATO").unwrap();
    assert!(lato.source().contains("fonts-lato"));
}

#[test]
fn a_font_of_equal_widths_stands_in_for_one_that_is_not_free() {
    let installed = fonts::installed();
    for (name, stand_in) in [("arial", "Liberation Sans"), ("Times%20New%20Roman", "Liberation Serif")] {
        let Ok(family) = installed.named(stand_in) else { return };
        if installed.families().iter().all(|family| fonts::key(&family.name) != fonts::key(name)) {
            assert_eq!(installed.named(name).unwrap(), family, "{name}");
        }
    }
}

#[test]
fn a_given_font_draws_as_an_installed_one() {
    for (bold, content) in [(false, "Hello, World"), (false, "Ünïcödé"), (true, "Hello")] {
        let by_name = drawn(&Text { bold, ..text(content) });
        assert_eq!(drawn(&Text { bold, ..given(content, default_font(bold)) }), by_name);
    }
    // One that has no bold face is made fatter, one that has no italic face leans.
    let plain = drawn(&given("Illumination", default_font(false)));
    let bold = drawn(&Text { bold: true, ..given("Illumination", default_font(false)) });
    assert!(bold.ink() > 1.1 * plain.ink() && bold.height <= plain.height + 5);
    let italic = drawn(&Text { italic: true, font_size: 200.0, ..given("I", default_font(false)) });
    let (top, bottom) = (italic.extent(0..5), italic.extent(italic.height - 5..italic.height));
    assert!(top.0 > bottom.0 + 10, "{top:?} {bottom:?}");
}

/// A font that calls itself as an installed one, or has characters that no other has, is gone with its request.
#[test]
fn a_given_font_leaves_nothing_behind() {
    let (before, nobody_has) = (drawn(&text("Hello 日本")), drawn(&text("\u{E000}\u{10FFFD}")));
    let impostor = default_font(true); // of the family of the default font, with other letters
    let theirs = drawn(&given("Hello", impostor.clone()));
    assert_ne!(theirs, drawn(&text("Hello")));
    assert_eq!(drawn(&text("Hello 日本")), before);
    assert_eq!(drawn(&text("\u{E000}\u{10FFFD}")), nobody_has);
    assert_eq!(drawn(&given("Hello", impostor)), theirs);
    assert_eq!(drawn(&given("Hello", default_font(false))), drawn(&text("Hello")));
}

#[test]
fn what_is_no_font_is_an_error() {
    let font = default_font(false);
    assert!(reason(&given("a", Bytes::from_static(b"wOF2 and so on"))).contains("WOFF"));
    for bytes in [Bytes::new(), Bytes::from_static(b"GIF89a"), font.slice(..100), Bytes::from(vec![0; 1000])] {
        assert!(reason(&given("a", bytes)).contains("font file"));
    }
    let limits = Limits { font_bytes: 1000, ..Limits::default() };
    let error = draw(&given("a", font), &limits, &Resources::default()).map(drop).unwrap_err();
    assert!(matches!(error, Error::TooLarge { limit, .. } if limit == "font_bytes"));
}

/// Damaged in a thousand ways it is drawn or refused, and never takes more than its limits.
#[test]
fn a_damaged_font_does_no_harm() {
    let font = default_font(false);
    let limits = Limits { output_pixels: 4_000_000, ..Limits::default() };
    let mut state = 0x2545_F491_u32;
    let mut random = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        usize::try_from(state).unwrap() % below
    };
    let (mut good, mut bad) = (0, 0);
    for round in 0..300 {
        let mut bytes = font.to_vec();
        // The directory and headers are at the front; most of the file is outlines.
        let range = if round % 3 == 0 { 400 } else { bytes.len() };
        for _ in 0..=random(40) {
            let at = random(range);
            bytes[at] = random(256).to_le_bytes()[0];
        }
        if round % 7 == 0 {
            bytes.truncate(random(bytes.len()));
        }
        match draw(&given("Hello, ffi ÀÊ ببب", bytes.into()), &limits, &Resources::default()) {
            Ok(image) => {
                good += 1;
                assert!(u64::from(image.width()) * u64::from(image.height()) <= limits.output_pixels);
            }
            Err(Error::Impossible { .. } | Error::TooLarge { .. }) => bad += 1,
            Err(other) => panic!("{other}"),
        }
    }
    assert!(good > 20 && bad > 20, "{good} were drawn, {bad} refused");
}

#[test]
fn the_table_of_the_documentation_is_the_catalogue() {
    let page = include_str!("../../../../../docs/text.md");
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `"));
    let documented: Vec<(&str, &str)> = rows
        .map(|row| {
            let cells: Vec<&str> = row.split('|').map(str::trim).collect();
            (cells[0].trim_end_matches('`'), cells[2])
        })
        .collect();
    let catalogue: Vec<_> = catalogue::FONTS.iter().map(|font| (font.name, font.package.unwrap_or("none"))).collect();
    assert_eq!(documented, catalogue);
}
