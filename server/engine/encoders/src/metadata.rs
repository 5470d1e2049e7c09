//! What a file says beside its pixels.

/// Blobs that are written as they are. Nothing is written for what is `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Metadata<'a> {
    /// An ICC profile. Without one the picture is sRGB.
    pub icc: Option<&'a [u8]>,
    /// EXIF from the TIFF header on, without the `Exif\0\0` that JPEG puts before it. It must not ask for a
    /// rotation: nobody looks for one here.
    pub exif: Option<&'a [u8]>,
    /// An XMP packet.
    pub xmp: Option<&'a [u8]>,
}

impl Metadata<'_> {
    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        let Self { icc, exif, xmp } = self;
        icc.is_none() && exif.is_none() && xmp.is_none()
    }
}
