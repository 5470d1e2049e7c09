//! `c` and `cm`: what to do when the asked box has another shape than the image.

/// How an image is brought to a box of which both sides are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Crop {
    /// Scale to cover the box, cut the rest off.
    #[default]
    MaintainRatio,
    /// Cut to the box's shape, never scale up.
    MaintainRatioNoEnlarge,
    /// Stretch to the box.
    Force,
    /// Fit inside the box, never scale up.
    AtMax,
    /// Fit inside the box.
    AtMaxEnlarge,
    /// Cover the box, cut nothing.
    AtLeast,
    /// Fit inside the box and pad to it.
    PadResize,
    /// Fit inside the box, never scale up, and pad to it.
    PadResizeNoEnlarge,
    /// Cut the box out of the image, unscaled.
    Extract,
    /// Cut the box out of the image, and pad to it where the image is smaller.
    PadExtract,
    /// Pad to the box where the image is smaller, cut nothing.
    PadExtractNoShrink,
}

const NAMES: [(&str, Crop); 11] = [
    ("maintain_ratio", Crop::MaintainRatio),
    ("maintain_ratio_no_enlarge", Crop::MaintainRatioNoEnlarge),
    ("force", Crop::Force),
    ("at_max", Crop::AtMax),
    ("at_max_enlarge", Crop::AtMaxEnlarge),
    ("at_least", Crop::AtLeast),
    ("pad_resize", Crop::PadResize),
    ("pad_resize_no_enlarge", Crop::PadResizeNoEnlarge),
    ("extract", Crop::Extract),
    ("pad_extract", Crop::PadExtract),
    ("pad_extract_no_shrink", Crop::PadExtractNoShrink),
];

impl Crop {
    pub(super) fn read(text: &str) -> Option<Self> {
        NAMES.iter().find(|(name, _)| *name == text).map(|(_, crop)| *crop)
    }

    pub(super) fn name(self) -> &'static str {
        NAMES.iter().find(|(_, crop)| *crop == self).map_or("", |(name, _)| *name)
    }

    /// Whether something may be cut off, so that it matters what stays.
    pub(super) fn cuts(self) -> bool {
        match self {
            Self::MaintainRatio | Self::MaintainRatioNoEnlarge | Self::Extract | Self::PadExtract => true,
            Self::Force
            | Self::AtMax
            | Self::AtMaxEnlarge
            | Self::AtLeast
            | Self::PadResize
            | Self::PadResizeNoEnlarge
            | Self::PadExtractNoShrink => false,
        }
    }

    /// Whether a pixel of the image may become several, once the window has come closer to a face.
    pub(super) fn enlarges(self) -> bool {
        self != Self::MaintainRatioNoEnlarge
    }

    /// Whether something is cut off or padded, so that an anchor says on which side.
    pub(super) fn has_anchor(self) -> bool {
        match self {
            Self::MaintainRatio
            | Self::MaintainRatioNoEnlarge
            | Self::PadResize
            | Self::PadResizeNoEnlarge
            | Self::Extract
            | Self::PadExtract
            | Self::PadExtractNoShrink => true,
            Self::Force | Self::AtMax | Self::AtMaxEnlarge | Self::AtLeast => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        for (name, crop) in NAMES {
            assert_eq!(Crop::read(name), Some(crop));
            assert_eq!(crop.name(), name);
        }
        assert_eq!(Crop::read("fill"), None);
    }
}
