//! Boxes of the ISO base media file format: a size, a name, content, boxes within boxes.

/// Bytes of boxes, written one after the other.
#[derive(Default)]
pub(super) struct Boxes(Vec<u8>);

impl Boxes {
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// A box with what `content` writes.
    pub(super) fn nested(&mut self, name: [u8; 4], content: impl FnOnce(&mut Self)) {
        let start = self.0.len();
        self.u32(0).bytes(&name);
        content(self);
        // Larger ones would wrap around; the container is checked as a whole before it goes out.
        #[allow(clippy::cast_possible_truncation)]
        let size = (self.0.len() - start) as u32;
        self.0[start..start + 4].copy_from_slice(&size.to_be_bytes());
    }

    /// A box with a version and flags before its content.
    pub(super) fn full(&mut self, name: [u8; 4], version: u8, content: impl FnOnce(&mut Self)) {
        self.nested(name, |boxes| content(boxes.bytes(&[version, 0, 0, 0])));
    }

    pub(super) fn u16(&mut self, value: u16) -> &mut Self {
        self.bytes(&value.to_be_bytes())
    }

    pub(super) fn u32(&mut self, value: u32) -> &mut Self {
        self.bytes(&value.to_be_bytes())
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.extend_from_slice(bytes);
        self
    }
}
