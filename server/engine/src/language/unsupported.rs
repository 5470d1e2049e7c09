//! Keys of the language that Darkroom knows and does not carry out. Each moves into a step file when it is
//! built; until then a URL that uses one is refused by name, never obeyed in part.

const NEVER: &str = "not supported";
const CUT_OUT: &str = "not supported, since it needs AI; store the image with a transparent background in its place";
const GENERATIVE: &str = "not supported, since it needs AI; store the finished image in its place";

/// The keys of overlays before there were layers. They are no names to guess, so they are not among [`names`].
#[rustfmt::skip]
const OLD_OVERLAYS: [&str; 33] = [
    "oi", "ot", "ote", "obg", "ox", "oy", "ofo", "oh", "ow", "oibg", "oib", "oidpr", "oiq", "oic", "oicm", "oifo",
    "oix", "oiy", "oixc", "oiyc", "oit", "otw", "otbg", "otp", "otia", "otc", "otf", "ots", "ott", "or", "oa", "oih",
    "oiw",
];
const OLD_OVERLAY: &str = "of the old form of overlays, which is not supported; write a layer, \
    for example `l-image,i-logo.png,w-100,lfo-top,l-end`";

/// What is said of `key`, when it is known and not carried out.
pub(super) fn reason(key: &str) -> Option<&'static str> {
    let known = KEYS.iter().find(|(known, _, _)| *known == key).map(|(_, _, reason)| *reason);
    known.or_else(|| OLD_OVERLAYS.contains(&key).then_some(OLD_OVERLAY))
}

/// Every key of the table with the name that SDKs give it.
pub(super) fn names() -> impl Iterator<Item = (&'static str, &'static str)> {
    KEYS.iter().flat_map(|(key, name, _)| [(*key, *key), (*name, *key)])
}

/// The key, its name in the SDKs, and what is said of it.
#[rustfmt::skip]
const KEYS: [(&str, &str, &str); 15] = [
    ("n", "named", "known to a running server alone, which has the names"),
    ("e-bgremove", "aiRemoveBackground", CUT_OUT),
    ("e-removedotbg", "aiRemoveBackgroundExternal", CUT_OUT),
    ("e-retouch", "aiRetouch", "not supported, since it needs AI; `e-contrast` and `e-sharpen` work without"),
    ("e-upscale", "aiUpscale", "not supported, since it needs AI; `w` and `h` enlarge, and `e-usm` sharpens"),
    ("e-genvar", "aiVariation", GENERATIVE),
    ("e-edit", "aiEdit", GENERATIVE),
    ("e-changebg", "aiChangeBackground", "not supported, since it needs AI; store the image with a transparent background, and give it one with `bg`"),
    ("c2pa", "contentCredentials", NEVER),
    ("vc", "videoCodec", "for video, and not supported"),
    ("ac", "audioCodec", "for video, and not supported"),
    ("so", "startOffset", "for video, and not supported"),
    ("eo", "endOffset", "for video, and not supported"),
    ("du", "duration", "for video, and not supported"),
    ("sr", "streamingResolutions", "for video, and not supported"),
];
