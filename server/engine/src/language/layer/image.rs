//! `l-image,i-<path>`: an image from the origins of the same URL endpoint.

use super::{Parameter, Parameters, Refusal, Scope, Size, canvas};
use crate::{
    Error, Resource, ResourceKind,
    codecs::{self, colour},
    frame::Frame,
    language::chain::{Chain, FirstLook},
    picture::Picture,
    whole,
    work::Work,
};
use base64::{
    Engine as _,
    alphabet::{STANDARD, URL_SAFE},
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

pub(super) const INPUT: Parameter = Parameter {
    key: "i",
    name: "input",
    values: "the path of an image, with `@@` for `/`; `ik_canvas` for a solid block; in a text layer the text",
    default: "required, or `ie`",
    meaning: "what a layer shows; an image comes from the origins of the same URL endpoint, and one that is \
        missing is an error, never dropped",
    example: "l-image,i-marks@@logo.png,l-end",
};
pub(super) const INPUT_BASE64: Parameter = Parameter {
    key: "ie",
    name: "inputEncoded",
    values: "the value of `i` in base64",
    default: "`i`",
    meaning: "the same as `i`, for what a URL cannot hold; wins over `i`",
    example: "l-image,ie-bWFya3MvbG9nby5wbmc%3D,l-end",
};

/// An image file of an origin.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ImageFile {
    /// Path behind the URL endpoint, decoded, without slashes at its ends.
    pub(super) path: String,
    /// Which page or frame, counted from 1.
    pub(super) page: Option<u32>,
}

impl ImageFile {
    pub(super) fn resource(&self) -> Resource {
        Resource { kind: ResourceKind::Image, path: self.path.clone() }
    }

    /// The image, decoded as far as `chain` needs it, and the scope in which that runs.
    pub(super) fn open(&self, picture: &Picture, base: Size, chain: &Chain) -> Result<(Picture, Scope), Error> {
        let limits = &picture.limits;
        let missing = || Error::MissingResource { path: self.path.clone() };
        let bytes = picture.resources.get(&self.path).ok_or_else(missing)?;
        let source = codecs::open_at(bytes.clone(), self.page, limits)?;
        let size = source.upright_size();
        let scope = Scope::of_layer(size, size, base);
        chain.reckon(scope, limits, &Work::default())?;
        let scale = chain.first_look(&scope).and_then(FirstLook::scale);
        let cost = source.decoding(scale, 1);
        let by_libvips = cost.memory + source.decoded_bytes(scale, 1);
        // libvips reads what our own readers leave, which have let go of everything by then.
        let whole = picture.raster().and_then(|_| whole::memory(&source));
        picture.resources.work().add(cost.work, limits)?;
        let held = whole.map_or(by_libvips, |ours| ours.max(by_libvips));
        picture.resources.memory().add(held + bytes.len() as u64, limits)?;
        if let Some(raster) = whole.and_then(|_| whole::read(&source)) {
            let frame = Frame::of_raster(raster);
            return Ok((Picture::new(frame, size, true, limits.clone(), picture.resources.clone()), scope));
        }
        let image = source.still(scale, limits)?;
        let image = colour::normalise(&colour::upright(&image, &source)?, false)?;
        // Read now: what is wrong with the file is the file's fault, and not that of a step.
        let image = image.in_memory().map_err(|error| Error::Unreadable { reason: format!("{error}") })?;
        Ok((Picture::new(Frame::Image(image), size, true, limits.clone(), picture.resources.clone()), scope))
    }

    /// `is_trimmed`: whether the chain trims, which it does unless the text says otherwise.
    pub(super) fn write(&self, is_trimmed: bool, items: &mut Vec<String>) {
        items.push(if self.path == canvas::NAME {
            // An image that happens to be called as the solid block.
            format!("i-@@{}", self.path)
        } else {
            format!("i-{}", escaped_path(&self.path))
        });
        items.extend(self.page.map(|page| format!("pg-{page}")));
        items.extend((!is_trimmed).then(|| "t-false".to_owned()));
    }
}

/// The path or text of a layer: `ie` before `i`.
pub(super) fn take_input(parameters: &mut Parameters<'_>) -> Option<String> {
    let plain = parameters.take(&INPUT, |text| Ok(text.replace("@@", "/").trim_matches('/').to_owned()));
    let encoded = parameters
        .take(&INPUT_BASE64, |text| decoded(text).map(|path| path.replace("@@", "/").trim_matches('/').to_owned()));
    encoded.or(plain).filter(|path| !path.is_empty())
}

/// Base64 in either alphabet, with or without padding, to text.
pub(super) fn decoded(text: &str) -> Result<String, Refusal> {
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let alphabet = if text.contains(['-', '_']) { &URL_SAFE } else { &STANDARD };
    let bytes = GeneralPurpose::new(alphabet, config).decode(text).map_err(|_| Refusal::Value)?;
    String::from_utf8(bytes).map_err(|_| Refusal::Value)
}

/// A path: `@@` for `/`, unless another `@` could be taken for a part of it.
pub(super) fn escaped_path(path: &str) -> String {
    if path.contains('@') { escaped(path) } else { escaped(&path.replace('/', "@@")) }
}

/// Text with everything percent-encoded that the grammar or a URL gives a meaning to.
pub(super) fn escaped(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::with_capacity(text.len()), |mut out, byte| {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'_' | b'.' | b'@' | b'-' | b'~' => out.push(byte.into()),
            _ => _ = write!(out, "%{byte:02X}"),
        }
        out
    })
}
