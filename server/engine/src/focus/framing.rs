//! The window around what was found: arithmetic on regions, no pixels.

use super::Region;

/// How much room a face gets: the window at zoom 1 holds a box of twice its sides around it, which is the
/// head and some air.
const FACE_ROOM: f64 = 2.0;

/// Faces of less than this part of the largest one's height are people in the background.
const BACKGROUND: f64 = 1.0 / 3.0;

/// A window of this size inside a picture of `outer` pixels, its centre as near to that of `region` as the
/// edges of the picture allow.
pub(crate) fn around(region: Region, (width, height): (f64, f64), outer: (f64, f64)) -> Region {
    let along = |start: f64, length: f64, window: f64, outer: f64| {
        (start + (length - window) / 2.0).clamp(0.0, (outer - window).max(0.0))
    };
    Region {
        left: along(region.left, region.width, width, outer.0),
        top: along(region.top, region.height, height, outer.1),
        width,
        height,
    }
}

/// The window of the shape of `shape` around the faces; `None` without a face.
///
/// At zoom 1 it is the smallest one that holds all faces with room around each; when such a window does not
/// fit into the picture of `outer` pixels, it holds the largest face alone. Zoom divides its sides. It never
/// exceeds the picture, and never has less than `least` pixels: where nothing may be enlarged, those of the
/// result.
pub(crate) fn around_faces(
    faces: &[Region],
    shape: (f64, f64),
    zoom: f64,
    outer: (f64, f64),
    least: (f64, f64),
) -> Option<Region> {
    let largest = faces.iter().copied().max_by(|a, b| (a.width * a.height).total_cmp(&(b.width * b.height)))?;
    let in_front = faces.iter().filter(|face| face.height >= largest.height * BACKGROUND);
    let all = in_front.copied().map(with_room).reduce(common).unwrap_or(largest);
    let whole = (outer.0 / shape.0).min(outer.1 / shape.1);
    let scale_for = |subject: Region| (subject.width / shape.0).max(subject.height / shape.1);
    let subject = if scale_for(all) <= whole { all } else { with_room(largest) };
    let at_least = (least.0 / shape.0).max(least.1 / shape.1);
    let scale = (scale_for(subject) / zoom).max(at_least).min(whole);
    Some(around(subject, (shape.0 * scale, shape.1 * scale), outer))
}

fn with_room(face: Region) -> Region {
    let Region { left, top, width, height } = face;
    let (more_width, more_height) = (width * (FACE_ROOM - 1.0), height * (FACE_ROOM - 1.0));
    Region {
        left: left - more_width / 2.0,
        top: top - more_height / 2.0,
        width: width + more_width,
        height: height + more_height,
    }
}

/// The smallest region that holds both.
fn common(a: Region, b: Region) -> Region {
    let (left, top) = (a.left.min(b.left), a.top.min(b.top));
    let (right, bottom) = ((a.left + a.width).max(b.left + b.width), (a.top + a.height).max(b.top + b.height));
    Region { left, top, width: right - left, height: bottom - top }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTER: (f64, f64) = (1000.0, 600.0);
    const PIXEL: (f64, f64) = (1.0, 1.0);

    fn region(left: f64, top: f64, width: f64, height: f64) -> Region {
        Region { left, top, width, height }
    }

    #[track_caller]
    fn check(faces: &[Region], shape: (f64, f64), zoom: f64, expected: (f64, f64, f64, f64)) {
        let Region { left, top, width, height } = around_faces(faces, shape, zoom, OUTER, PIXEL).expect("a face");
        assert_eq!((left, top, width, height), expected);
    }

    #[test]
    fn a_window_lies_inside() {
        assert_eq!(around(region(500.0, 300.0, 0.0, 0.0), (200.0, 100.0), OUTER), region(400.0, 250.0, 200.0, 100.0));
        assert_eq!(around(region(0.0, 590.0, 20.0, 10.0), (200.0, 100.0), OUTER), region(0.0, 500.0, 200.0, 100.0));
        assert_eq!(around(region(5000.0, 0.0, 1.0, 1.0), (1000.0, 600.0), OUTER), region(0.0, 0.0, 1000.0, 600.0));
    }

    #[test]
    fn a_face_gets_room_and_zoom() {
        let face = [region(400.0, 200.0, 100.0, 100.0)];
        check(&face, (300.0, 300.0), 1.0, (350.0, 150.0, 200.0, 200.0));
        check(&face, (300.0, 300.0), 2.0, (400.0, 200.0, 100.0, 100.0));
        check(&face, (300.0, 300.0), 0.5, (250.0, 50.0, 400.0, 400.0));
        check(&face, (300.0, 300.0), 0.01, (150.0, 0.0, 600.0, 600.0));
        check(&face, (400.0, 200.0), 1.0, (250.0, 150.0, 400.0, 200.0));
        check(&[region(0.0, 0.0, 100.0, 100.0)], (1.0, 1.0), 1.0, (0.0, 0.0, 200.0, 200.0));
    }

    #[test]
    fn several_faces_share_a_window_that_fits() {
        let (left, right) = (region(100.0, 200.0, 100.0, 100.0), region(300.0, 220.0, 80.0, 80.0));
        check(&[left, right], (1.0, 1.0), 1.0, (50.0, 65.0, 370.0, 370.0));
        let far = region(800.0, 220.0, 80.0, 80.0);
        check(&[left, far], (1.0, 1.0), 1.0, (50.0, 150.0, 200.0, 200.0));
        check(&[far, left], (1.0, 1.0), 1.0, (50.0, 150.0, 200.0, 200.0));
        let passer_by = region(300.0, 100.0, 30.0, 30.0);
        check(&[left, passer_by], (1.0, 1.0), 1.0, (50.0, 150.0, 200.0, 200.0));
    }

    #[test]
    fn what_may_not_be_enlarged_keeps_its_pixels() {
        let face = [region(400.0, 200.0, 100.0, 100.0)];
        let window = around_faces(&face, (300.0, 300.0), 1.0, OUTER, (300.0, 300.0));
        assert_eq!(window, Some(region(300.0, 100.0, 300.0, 300.0)));
        assert_eq!(around_faces(&[], (300.0, 300.0), 1.0, OUTER, PIXEL), None);
    }
}
