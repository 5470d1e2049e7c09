//! Keys of the language that Darkroom knows and does not carry out. Each moves into a step file when it is
//! built; until then a URL that uses one is refused by name, never obeyed in part.

const LATER: &str = "not supported yet";
const NEVER: &str = "not supported";

/// What is said of `key`, when it is known and not carried out.
pub(super) fn reason(key: &str) -> Option<&'static str> {
    KEYS.iter().find(|(known, _, _)| *known == key).map(|(_, _, reason)| *reason)
}

/// Every key of the table with the name that SDKs give it.
pub(super) fn names() -> impl Iterator<Item = (&'static str, &'static str)> {
    KEYS.iter().flat_map(|(key, name, _)| [(*key, *key), (*name, *key)])
}

/// The key, its name in the SDKs, and what is said of it.
#[rustfmt::skip]
const KEYS: [(&str, &str, &str); 32] = [
    ("t", "trim", LATER),
    ("b", "border", LATER),
    ("r", "radius", LATER),
    ("o", "opacity", LATER),
    ("z", "zoom", LATER),
    ("n", "named", LATER),
    ("pg", "page", LATER),
    ("dn", "density", LATER),
    ("cr", "colorReplace", LATER),
    ("e-grayscale", "grayscale", LATER),
    ("e-contrast", "contrastStretch", LATER),
    ("e-sharpen", "sharpen", LATER),
    ("e-usm", "unsharpMask", LATER),
    ("e-shadow", "shadow", LATER),
    ("e-gradient", "gradient", LATER),
    ("e-colorize", "colorize", LATER),
    ("e-distort", "distort", LATER),
    ("e-bgremove", "aiRemoveBackground", NEVER),
    ("e-removedotbg", "aiRemoveBackgroundExternal", NEVER),
    ("e-dropshadow", "aiDropShadow", NEVER),
    ("e-retouch", "aiRetouch", NEVER),
    ("e-upscale", "aiUpscale", NEVER),
    ("e-genvar", "aiVariation", NEVER),
    ("e-edit", "aiEdit", NEVER),
    ("e-changebg", "aiChangeBackground", NEVER),
    ("c2pa", "contentCredentials", NEVER),
    ("vc", "videoCodec", "for video, and not supported"),
    ("ac", "audioCodec", "for video, and not supported"),
    ("so", "startOffset", "for video, and not supported"),
    ("eo", "endOffset", "for video, and not supported"),
    ("du", "duration", "for video, and not supported"),
    ("sr", "streamingResolutions", "for video, and not supported"),
];
