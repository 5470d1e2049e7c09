//! Planes that were checked against each other, before their addresses go to C.

use crate::EncodeError;
use darkroom_planes::{Plane, Planes, Subsampling};

/// Planes of one picture, of equal or of subsampled size, none of them empty.
#[derive(Clone, Copy)]
pub(crate) struct Picture<'a> {
    pub(crate) luma: &'a Plane,
    /// Cb, Cr, and how both are sampled.
    pub(crate) chroma: Option<(&'a [Plane; 2], Subsampling)>,
    /// Not premultiplied; as large as luma.
    pub(crate) alpha: Option<&'a Plane>,
}

impl<'a> Picture<'a> {
    /// `maximum` is how many pixels a side may have.
    pub(crate) fn check(
        planes: &'a Planes,
        alpha: Option<&'a Plane>,
        maximum: usize,
    ) -> Result<Picture<'a>, EncodeError> {
        let Planes { luma, chroma } = planes;
        let (width, height) = (luma.width(), luma.height());
        check_size(width, height, maximum)?;
        let mismatch = |what| EncodeError::Mismatch { what, width, height };
        let chroma = match chroma {
            None => None,
            Some(chroma) => {
                let subsampling = planes.subsampling().ok_or(mismatch("chroma"))?;
                if size(&chroma[0]) != size(&chroma[1]) {
                    return Err(mismatch("chroma"));
                }
                Some((chroma, subsampling))
            }
        };
        if alpha.is_some_and(|alpha| size(alpha) != (width, height)) {
            return Err(mismatch("alpha"));
        }
        Ok(Picture { luma, chroma, alpha })
    }
}

pub(crate) fn check_size(width: usize, height: usize, maximum: usize) -> Result<(), EncodeError> {
    let fits = 1..=maximum;
    if fits.contains(&width) && fits.contains(&height) {
        return Ok(());
    }
    Err(EncodeError::Size { width, height, maximum })
}

fn size(plane: &Plane) -> (usize, usize) {
    (plane.width(), plane.height())
}

/// Half as many samples along each axis, rounded up: each the mean of the four (or, at an odd edge, two or one)
/// that it covers.
pub(crate) fn halved(plane: &Plane) -> Plane {
    let mut half = Plane::new(plane.width().div_ceil(2), plane.height().div_ceil(2));
    for y in 0..half.height() {
        let upper = plane.row(2 * y);
        let lower = plane.row((2 * y + 1).min(plane.height() - 1));
        let columns = upper.chunks(2).zip(lower.chunks(2));
        for (mean, (upper, lower)) in half.row_mut(y).iter_mut().zip(columns) {
            let (right, below) = (upper.last(), lower.last());
            let sum = [upper.first(), right, lower.first(), below].into_iter().flatten().map(|&v| u16::from(v));
            #[allow(clippy::cast_possible_truncation)] // the mean of bytes
            let value = ((sum.sum::<u16>() + 2) / 4) as u8;
            *mean = value;
        }
    }
    half
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plane(width: usize, height: usize, sample: impl Fn(usize, usize) -> u8) -> Plane {
        let mut plane = Plane::new(width, height);
        for y in 0..height {
            for (x, value) in plane.row_mut(y).iter_mut().enumerate() {
                *value = sample(x, y);
            }
        }
        plane
    }

    #[test]
    fn halves_are_means_and_edges_count_what_is_there() {
        let half = halved(&plane(3, 3, |x, y| u8::try_from(10 * x + 100 * (y / 2)).unwrap()));
        assert_eq!((half.row(0), half.row(1)), (&[5, 20][..], &[105, 120][..]));
        assert_eq!(halved(&plane(1, 1, |_, _| 255)).samples(), [255]);
    }

    #[test]
    fn planes_of_two_pictures_are_refused() {
        let luma = Plane::new(5, 3);
        let with = |u: (usize, usize), v: (usize, usize)| Planes {
            luma: luma.clone(),
            chroma: Some([Plane::new(u.0, u.1), Plane::new(v.0, v.1)]),
        };
        let refused = |planes: &Planes, alpha: Option<&Plane>| Picture::check(planes, alpha, 5).err();
        let mismatch = |what| Some(EncodeError::Mismatch { what, width: 5, height: 3 });
        assert_eq!(refused(&with((3, 2), (3, 2)), None), None);
        assert_eq!(refused(&with((5, 3), (5, 3)), Some(&luma)), None);
        assert_eq!(refused(&with((3, 2), (3, 1)), None), mismatch("chroma"));
        assert_eq!(refused(&with((2, 1), (2, 1)), None), mismatch("chroma"));
        assert_eq!(refused(&with((3, 2), (3, 2)), Some(&Plane::new(3, 2))), mismatch("alpha"));
        let empty = Planes::default();
        assert_eq!(refused(&empty, None), Some(EncodeError::Size { width: 0, height: 0, maximum: 5 }));
        let wide = Planes { luma: Plane::new(6, 1), chroma: None };
        assert_eq!(refused(&wide, None), Some(EncodeError::Size { width: 6, height: 1, maximum: 5 }));
    }
}
