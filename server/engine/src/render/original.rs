//! The source as its own rendition: when nothing was asked of the picture, it goes out rather than a file
//! that is no smaller and has been through an encoder once more.

use super::Request;
use crate::{
    Format,
    codecs::{self, Keep, Source},
    language::{FormatChoice, Output},
};
use bytes::Bytes;

/// The source's file, less what it must not carry out, when it serves the request as it is. `animated` says
/// that all its frames are wanted.
pub(super) fn original(source: &Source, request: &Request, output: Output, animated: bool) -> Option<Bytes> {
    let Output {
        format: choice,
        quality: _,
        lossless: _,
        progressive,
        keep_metadata,
        keep_profile,
        density,
        original: _,
    } = output;
    let untouched = !request.pipeline.changes_pixels() && request.pipeline.page().is_none() && density.is_none();
    let shown = match choice {
        FormatChoice::As(format) => format == source.format,
        FormatChoice::Original => true,
        FormatChoice::Auto => match source.format {
            Format::Webp => request.accept.webp,
            Format::Avif => request.accept.avif,
            Format::Jpeg | Format::Png | Format::Gif => true,
            Format::Heic | Format::Tiff | Format::Bmp | Format::Ico | Format::Svg => false,
        },
    };
    // Frames go out for an animation only, and other pictures of the file never.
    let same_frames = animated || source.header.frames == 1;
    // What was not asked to be progressive may be.
    let same_scans = !progressive || source.header.is_interlaced;
    if !(untouched && shown && same_frames && same_scans) {
        return None;
    }
    codecs::original(source, Keep { profile: keep_profile, metadata: keep_metadata })
}
