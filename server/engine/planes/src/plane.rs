//! One channel of a picture, and the three that make one.

/// One channel of a picture: 8-bit samples in rows, from the top left, each `stride` bytes behind the one before.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plane {
    samples: Vec<u8>,
    stride: usize,
    width: usize,
    height: usize,
}

impl Plane {
    /// A plane of zeros, rows without gaps.
    pub fn new(width: usize, height: usize) -> Self {
        let mut plane = Self::default();
        plane.reset(width, height, width);
        plane
    }

    /// Makes it another size, and keeps its memory where that is enough. What the samples are then is not said.
    ///
    /// # Panics
    /// When a row is longer than `stride`, or the plane larger than memory can be.
    pub fn reset(&mut self, width: usize, height: usize, stride: usize) {
        assert!(width <= stride, "rows of {width} samples do not fit a stride of {stride}");
        let length = stride.checked_mul(height).expect("a plane that fits the address space");
        if self.samples.len() < length {
            self.samples.resize(length, 0);
        } else {
            self.samples.truncate(length);
        }
        (self.stride, self.width, self.height) = (stride, width, height);
    }

    /// Samples in a row.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Rows.
    pub fn height(&self) -> usize {
        self.height
    }

    /// Bytes from the start of a row to that of the next.
    pub fn stride(&self) -> usize {
        self.stride
    }

    /// All rows with what lies between them: `stride × height` bytes.
    pub fn samples(&self) -> &[u8] {
        &self.samples
    }

    /// As [`Plane::samples`], to write.
    pub fn samples_mut(&mut self) -> &mut [u8] {
        &mut self.samples
    }

    /// One row, `width` samples.
    ///
    /// # Panics
    /// When there is no such row.
    pub fn row(&self, y: usize) -> &[u8] {
        &self.samples[y * self.stride..][..self.width]
    }

    /// One row, to write.
    ///
    /// # Panics
    /// When there is no such row.
    pub fn row_mut(&mut self, y: usize) -> &mut [u8] {
        &mut self.samples[y * self.stride..][..self.width]
    }
}

/// How many samples of chroma there are for those of luma.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subsampling {
    /// 4:4:4: as many.
    None,
    /// 4:2:0: half as many along each axis, rounded up.
    Both,
}

/// A picture of 8-bit Y, Cb and Cr (BT.601, full range, as JFIF has it; chroma lies in the middle of the luma that
/// it belongs to), or of luma alone when it is grey.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Planes {
    /// Y. Its size is the picture's.
    pub luma: Plane,
    /// Cb and Cr, of equal size.
    pub chroma: Option<[Plane; 2]>,
}

impl Planes {
    /// Width of the picture in pixels.
    pub fn width(&self) -> usize {
        self.luma.width()
    }

    /// Height of the picture in pixels.
    pub fn height(&self) -> usize {
        self.luma.height()
    }

    /// Luma, and chroma if there is any.
    pub fn all(&self) -> impl Iterator<Item = &Plane> {
        std::iter::once(&self.luma).chain(self.chroma.iter().flatten())
    }

    /// How chroma is sampled; `None` for grey, and for sizes that are neither of both.
    pub fn subsampling(&self) -> Option<Subsampling> {
        let chroma = &self.chroma.as_ref()?[0];
        let (width, height) = (self.width(), self.height());
        match (chroma.width(), chroma.height()) {
            // Of a picture of one pixel both are the same.
            size if size == (width, height) => Some(Subsampling::None),
            size if size == (width.div_ceil(2), height.div_ceil(2)) => Some(Subsampling::Both),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_lie_a_stride_apart() {
        let mut plane = Plane::default();
        plane.reset(3, 2, 4);
        plane.row_mut(1).copy_from_slice(&[1, 2, 3]);
        assert_eq!(plane.samples(), [0, 0, 0, 0, 1, 2, 3, 0]);
        assert_eq!(plane.row(1), [1, 2, 3]);
        plane.reset(2, 1, 2);
        assert_eq!(plane.samples().len(), 2);
    }

    #[test]
    fn subsampling_is_told_from_the_sizes() {
        let with = |width, height| Planes {
            luma: Plane::new(5, 3),
            chroma: Some([Plane::new(width, height), Plane::new(width, height)]),
        };
        assert_eq!(with(5, 3).subsampling(), Some(Subsampling::None));
        assert_eq!(with(3, 2).subsampling(), Some(Subsampling::Both));
        assert_eq!(with(2, 1).subsampling(), None);
        assert_eq!(Planes { luma: Plane::new(5, 3), chroma: None }.subsampling(), None);
    }
}
