use super::{NONE, made};
use crate::{Error, Limits, metadata};
use bytes::Bytes;
use std::{
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

/// Every file under the folder in `DARKROOM_CORPUS` gives an image or an error by its own fault.
#[test]
fn no_file_of_the_corpus_is_the_engines_fault() {
    let Some(folder) = std::env::var_os("DARKROOM_CORPUS") else {
        eprintln!("skipped: DARKROOM_CORPUS names no folder of images");
        return;
    };
    let mut files = Vec::new();
    list(Path::new(&folder), &mut files);
    let mut faults = Vec::new();
    for file in files {
        let bytes = Bytes::from(fs::read(&file).expect("a readable file"));
        let _ = metadata(bytes.clone(), &Limits::default());
        for text in ["", "w-100", "w-800,f-webp", "f-avif,w-200", "rt-90,f-png", "cp-true,md-true,f-jpg"] {
            let started = Instant::now();
            let outcome = made(&bytes, text, NONE);
            let line = match &outcome {
                Ok(rendition) => {
                    let again = metadata(rendition.data.clone(), &Limits::default()).expect("what we write we read");
                    assert_eq!((again.width_px, again.height_px), (rendition.width_px, rendition.height_px));
                    format!("{:?} {}×{}", rendition.format, rendition.width_px, rendition.height_px)
                }
                Err(error) => error.to_string(),
            };
            eprintln!("{:>6} ms  {}  {text:?}  {line}", started.elapsed().as_millis(), file.display());
            if matches!(outcome, Err(Error::Internal(_))) {
                faults.push(format!("{} {text:?}: {line}", file.display()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            list(&path, files);
        } else {
            files.push(path);
        }
    }
    files.sort();
}
