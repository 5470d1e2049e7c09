//! `darkroom transform`: one file, without a server.

use crate::{
    darkroom::program,
    pictures::{facts, folder},
};
use std::{path::Path, process::Command};

/// Runs it in a folder; what it printed, what it complained of, and whether it succeeded.
fn transform(folder: &Path, arguments: &[&str]) -> (String, String, bool) {
    let run = Command::new(program()).arg("transform").args(arguments).current_dir(folder).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (text(run.stdout), text(run.stderr), run.status.success())
}

/// The lines without those that tell times and sizes of files.
fn told(output: &str) -> Vec<String> {
    let lines = output.lines().filter(|line| !line.starts_with("time") && !line.starts_with("written"));
    let without_bytes = |line: &str| match line.split_once(" bytes") {
        Some((told, _)) => told.trim_end_matches(|letter: char| letter.is_ascii_digit()).to_owned(),
        None => line.to_owned(),
    };
    lines.map(without_bytes).collect()
}

#[test]
fn an_explanation_tells_every_step_and_why_the_format_is_what_it_is() {
    let folder = folder();
    let text = "if-iw_gt_700,h-0.5,if-else,w-9,if-end:rt-90,l-image,i-logo.png,l-end";
    let (out, complaints, good) = transform(folder.path(), &["photo.jpg", text, "out.png", "--explain"]);
    assert!(good && complaints.is_empty(), "{complaints}");
    assert_eq!(
        told(&out),
        [
            "source         photo.jpg: JPEG, 800 x 600, ",
            "canonical      if-iw_gt_700,h-0.5,if-else,w-9,if-end:rt-90,l-image,i-logo.png,t-true,l-end",
            "step 1         iw_gt_700 holds:",
            "step 2           h-0.5  →  400 x 300",
            "step 3         rt-90,l-image,i-logo.png,t-true,l-end,f-png  →  300 x 400",
            "uses           logo.png: PNG, 200 x 100, ",
            "format         PNG: the extension `png` of the output says so",
            "result         300 x 400, ",
        ]
    );
    let written = std::fs::read(folder.path().join("out.png")).unwrap();
    assert_eq!(facts(&written), (300, 400, "image/png"));
}

#[test]
fn without_an_output_nothing_is_written() {
    let folder = folder();
    let before = std::fs::read_dir(folder.path()).unwrap().count();
    let (out, complaints, good) = transform(folder.path(), &["photo.jpg", "w-100", "--explain"]);
    assert!(good, "{complaints}");
    assert!(out.contains("`f-auto`, for a client that takes AVIF and WebP"), "{out}");
    let sizes: Vec<u64> = out.lines().filter(|line| line.starts_with("written")).map(bytes_of).collect();
    let result = out.lines().find(|line| line.starts_with("result")).map(bytes_of).unwrap();
    assert_eq!(sizes.iter().min(), Some(&result), "the smallest: {out}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), before);
    let (out, _, good) = transform(folder.path(), &["drawing.svg", "w-100", "--explain"]);
    assert!(good && out.contains("the source as it is: an SVG is drawn when"), "{out}");
    let (_, complaints, good) = transform(folder.path(), &["photo.jpg", "w-100"]);
    assert!(!good && complaints.contains("OUTPUT"), "{complaints}");
}

/// The number before the word `bytes`.
fn bytes_of(line: &str) -> u64 {
    line.split(" bytes").next().unwrap().rsplit(' ').next().unwrap().parse().unwrap()
}

#[test]
fn a_step_that_cannot_be_carried_out_is_shown() {
    let folder = folder();
    let text = "w-300:w-50,h-50,cm-extract,xc-5";
    let (out, complaints, good) = transform(folder.path(), &["photo.jpg", text, "--explain"]);
    assert!(!good);
    assert!(out.contains("step 1         w-300  →  300 x 225"), "{out}");
    assert!(out.contains("step 2         w-50,h-50,c-extract,xc-5  →  cannot be carried out"), "{out}");
    let pointed = format!("    {text}\n    {}^^^^\n", " ".repeat(27));
    assert!(complaints.ends_with(&pointed), "{complaints}");
    let (out, complaints, good) = transform(folder.path(), &["photo.jpg", "n-hero,q-0", "--explain"]);
    assert!(!good && out.is_empty());
    assert!(
        complaints.contains("a running server alone, which has the names\n    n-hero,q-0\n    ^^^^^^\n"),
        "{complaints}"
    );
    assert!(complaints.contains("1 to 100, not `0`\n    n-hero,q-0\n           ^^^"), "{complaints}");
}
