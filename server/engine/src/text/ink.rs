//! From glyphs to coverage: first the shapes and how much they take, then the pixels.

use super::{Text, face::Face, fallback::Faces, impossible, lines::Line, lines::Placed};
use crate::{
    Error, Limits, Resources,
    memory::PIXEL_BYTES,
    vips::{Image, Kernel},
};
use bytes::Bytes;
use swash::{
    FontRef,
    scale::{ScaleContext, Scaler, StrikeWith, image::Content},
    zeno::{Bounds, Command, Mask, PathBuilder, PathData, Placement, Point, Transform},
};

/// The drawn letters, trimmed to what can be seen. Rows from the top.
pub(super) struct Ink {
    pub(super) width: usize,
    pub(super) height: usize,
    /// How much of each pixel letters cover. One plane for all of them, so that letters that touch, as Arabic
    /// ones do, are not darker there when the colour is half transparent.
    pub(super) letters: Vec<u8>,
    /// Pictures with colours of their own: red, green, blue, alpha. Empty when there are none.
    pub(super) pictures: Vec<u8>,
}

/// What a glyph is made of. Coordinates are pixels, downwards, from where the first baseline begins.
enum Shape {
    /// Filled with the colour of the text, or with one of its own.
    Path { commands: Vec<Command>, colour: Option<[u8; 4]> },
    /// Pixels in red, green, blue and alpha.
    Pixels { pixels: Bytes, left: i32, top: i32, width: usize },
}

impl Shape {
    /// Whether it has colours of its own.
    fn has_colours(&self) -> bool {
        !matches!(self, Self::Path { colour: None, .. })
    }
}

/// What a pixel of a shape costs to draw, where one of an enlarged photo costs 1.
const DRAWING: f64 = 0.4;

/// What the shapes take so far.
struct Extent<'a> {
    limits: &'a Limits,
    resources: &'a Resources,
    bounds: Option<Bounds>,
    /// Pixels to be computed, counted again where shapes overlap.
    work: f64,
}

/// Draws the lines.
pub(super) fn draw(
    lines: &[Line],
    text: &Text,
    faces: &Faces,
    limits: &Limits,
    resources: &Resources,
) -> Result<Ink, Error> {
    let mut extent = Extent { limits, resources, bounds: None, work: 0.0 };
    let mut shapes = Vec::new();
    for line in lines {
        for glyphs in line.glyphs.chunk_by(|one, next| one.face == next.face) {
            let face = faces.get(glyphs[0].face);
            let mut context = ScaleContext::new();
            let (Some(font), Some(mut scaler)) = (face.font(), face.scaler(&mut context)) else {
                continue; // it was read before
            };
            for glyph in glyphs {
                shapes_of(glyph, face, &font, &mut scaler, &mut extent, &mut shapes)?;
            }
        }
        if text.strikethrough && line.width > 0.0 {
            let measures = faces.get(0).measures;
            let top = (line.baseline - measures.strikeout_top).round();
            let mut path: Vec<Command> = Vec::new();
            path.add_rect(Point::new(line.left, top), line.width, measures.stroke.round().max(1.0));
            extent.add(bounds(&path))?;
            shapes.push(Shape::Path { commands: path, colour: None });
        }
    }
    let nothing = || impossible("i", "the text shows nothing: it has only spaces and invisible characters".into());
    let bounds = extent.bounds.ok_or_else(nothing)?;
    let planes = extent.resources.memory();
    planes.add(Canvas::bytes(bounds, shapes.iter().any(Shape::has_colours)), limits)?;
    Canvas::new(bounds).draw(&shapes).trimmed().ok_or_else(nothing)
}

impl Extent<'_> {
    /// Counts a shape, and refuses one too many before anything is allocated for it.
    fn add(&mut self, shape: Bounds) -> Result<(), Error> {
        let is_usual = [shape.min.x, shape.min.y, shape.max.x, shape.max.y].iter().all(|number| number.is_finite());
        if !is_usual {
            return Err(impossible("ff", "the font is damaged: a letter has no bounds".into()));
        }
        let all = self.bounds.map_or(shape, |all| Bounds {
            min: Point::new(all.min.x.min(shape.min.x), all.min.y.min(shape.min.y)),
            max: Point::new(all.max.x.max(shape.max.x), all.max.y.max(shape.max.y)),
        });
        self.bounds = Some(all);
        let area = |bounds: Bounds| (f64::from(bounds.width()) + 2.0) * (f64::from(bounds.height()) + 2.0);
        self.work += area(shape);
        let side = f64::from(all.width().max(all.height()));
        Limits::check("text_side_px", self.limits.text_side_px.into(), whole(side))?;
        Limits::check("output_pixels", self.limits.output_pixels, whole(area(all).max(self.work)))?;
        self.resources.work().add(DRAWING * area(shape), self.limits)
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // saturates
fn whole(number: f64) -> u64 {
    number.floor() as u64
}

fn bounds(path: &[Command]) -> Bounds {
    let points = path.iter().flat_map(|command| match command {
        Command::MoveTo(to) | Command::LineTo(to) => [Some(*to), None, None],
        Command::QuadTo(over, to) => [Some(*over), Some(*to), None],
        Command::CurveTo(over, and, to) => [Some(*over), Some(*and), Some(*to)],
        Command::Close => [None; 3],
    });
    Bounds::from_points(points.flatten())
}

/// The shapes of one glyph: a coloured drawing, a coloured picture or an outline, whichever the font has first.
fn shapes_of(
    glyph: &Placed,
    face: &Face,
    font: &FontRef<'_>,
    scaler: &mut Scaler<'_>,
    extent: &mut Extent<'_>,
    shapes: &mut Vec<Shape>,
) -> Result<(), Error> {
    let to_place = Transform::scale(1.0, -1.0).then_translate(glyph.x, glyph.y);
    let placed = |path: &mut dyn Iterator<Item = Command>| -> Vec<Command> {
        path.map(|command| command.transform(&to_place)).collect()
    };
    let mut add = |commands: Vec<Command>, colour, extent: &mut Extent<'_>| -> Result<(), Error> {
        if !commands.is_empty() {
            extent.add(bounds(&commands))?;
            shapes.push(Shape::Path { commands, colour });
        }
        Ok(())
    };
    if let Some(drawing) = scaler.scale_color_outline(glyph.id) {
        let palette = font.color_palettes().next();
        for layer in (0..drawing.len()).filter_map(|layer| drawing.get(layer)) {
            let colour = layer.color_index().and_then(|index| Some(palette?.get(index)));
            add(placed(&mut layer.path().commands()), colour, extent)?;
        }
        return Ok(());
    }
    if let Some(picture) = picture(glyph, face, font, extent)? {
        shapes.push(picture);
        return Ok(());
    }
    let Some(mut outline) = scaler.scale_outline(glyph.id) else {
        return Ok(());
    };
    let fatter = face.embolden_px();
    if fatter > 0.0 {
        outline.embolden(fatter, fatter);
    }
    if let Some(slant) = face.slant() {
        outline.transform(&slant);
    }
    add(placed(&mut outline.path().commands()), None, extent)
}

/// A picture out of a font of pictures, at the size of the text. Installed fonts alone have them drawn: how large
/// a picture is shows only once it is decoded, and a stranger's could be larger than the memory.
fn picture(glyph: &Placed, face: &Face, font: &FontRef<'_>, extent: &mut Extent<'_>) -> Result<Option<Shape>, Error> {
    if face.is_given() {
        return Ok(None);
    }
    let Some(ppem) = font.color_strikes().find_by_largest_ppem(glyph.id).map(|strike| strike.ppem()) else {
        return Ok(None);
    };
    let mut context = ScaleContext::new();
    let mut as_it_is = context.builder(*font).size(0.0).build();
    let Some(bitmap) = as_it_is.scale_color_bitmap(glyph.id, StrikeWith::LargestSize) else {
        return Ok(None);
    };
    let Placement { left, top, width, height } = bitmap.placement;
    if ppem == 0 || width == 0 || height == 0 || bitmap.content != Content::Color {
        return Ok(None);
    }
    let scale = f64::from(face.size) / f64::from(ppem);
    let size = |pixels: u32| (f64::from(pixels) * scale).round().max(1.0);
    let (wanted_width, wanted_height) = (size(width), size(height));
    let left = (f64::from(glyph.x) + f64::from(left) * scale).round();
    let top = (f64::from(glyph.y) - f64::from(top) * scale).round();
    #[allow(clippy::cast_possible_truncation)]
    let point = |x: f64, y: f64| Point::new(x as f32, y as f32);
    extent.add(Bounds { min: point(left, top), max: point(left + wanted_width, top + wanted_height) })?;

    let picture = Image::from_memory(bitmap.data.into(), width, height, 4)?.premultiply()?;
    let (across, down) = (wanted_width / f64::from(width), wanted_height / f64::from(height));
    let picture = picture.resize(across, down, Kernel::Lanczos3)?.unpremultiply()?;
    let picture = picture.operation(c"round")?.string(c"round", "rint").run()?.cast_uchar()?;
    let width = usize::try_from(picture.width()).unwrap_or(0);
    #[allow(clippy::cast_possible_truncation)] // within the limits by now
    Ok(Some(Shape::Pixels { pixels: picture.to_memory()?, left: left as i32, top: top as i32, width }))
}

/// The planes being drawn on.
struct Canvas {
    left: i32,
    top: i32,
    ink: Ink,
}

impl Canvas {
    /// Bytes that drawing takes at most: the planes, the largest shape, and the planes without their empty edges.
    fn bytes(bounds: Bounds, has_colours: bool) -> u64 {
        let (_, _, width, height) = Self::place(bounds);
        (width as u64 * height as u64) * if has_colours { 3 + 2 * PIXEL_BYTES } else { 3 }
    }

    /// Left, top, width and height.
    fn place(bounds: Bounds) -> (i32, i32, usize, usize) {
        #[allow(clippy::cast_possible_truncation)] // the limits were checked
        let (from, to) = (|number: f32| number.floor() as i32 - 1, |number: f32| number.ceil() as i32 + 1);
        let (left, top) = (from(bounds.min.x), from(bounds.min.y));
        let side = |from: i32, to: i32| usize::try_from(to - from).unwrap_or(0);
        (left, top, side(left, to(bounds.max.x)), side(top, to(bounds.max.y)))
    }

    fn new(bounds: Bounds) -> Self {
        let (left, top, width, height) = Self::place(bounds);
        Self { left, top, ink: Ink { width, height, letters: vec![0; width * height], pictures: Vec::new() } }
    }

    fn draw(mut self, shapes: &[Shape]) -> Ink {
        for shape in shapes {
            match shape {
                Shape::Path { commands, colour } => {
                    let (mask, place) = Mask::new(&commands[..]).render();
                    let width = usize::try_from(place.width).unwrap_or(0);
                    match colour {
                        None => self.put(&mask, place.left, place.top, width, 1, |ink, at, pixel| {
                            ink.letters[at] = joined(ink.letters[at], pixel[0]);
                        }),
                        Some([red, green, blue, alpha]) => {
                            self.put(&mask, place.left, place.top, width, 1, |ink, at, pixel| {
                                let alpha = scaled(*alpha, pixel[0]);
                                lay_over(ink.picture(at), [*red, *green, *blue, alpha]);
                            });
                        }
                    }
                }
                Shape::Pixels { pixels, left, top, width } => {
                    self.put(pixels, *left, *top, *width, 4, |ink, at, pixel| {
                        lay_over(ink.picture(at), [pixel[0], pixel[1], pixel[2], pixel[3]]);
                    });
                }
            }
        }
        self.ink
    }

    /// Calls `mix` for each pixel of a rectangle that lies on the canvas.
    fn put(
        &mut self,
        pixels: &[u8],
        left: i32,
        top: i32,
        width: usize,
        bands: usize,
        mix: impl Fn(&mut Ink, usize, &[u8]),
    ) {
        if width == 0 {
            return;
        }
        for (row, line) in (top - self.top..).zip(pixels.chunks_exact(width * bands)) {
            let Some(row) = usize::try_from(row).ok().filter(|row| *row < self.ink.height) else {
                continue;
            };
            for (column, pixel) in (left - self.left..).zip(line.chunks_exact(bands)) {
                if let Some(column) = usize::try_from(column).ok().filter(|column| *column < self.ink.width) {
                    let at = row * self.ink.width + column;
                    mix(&mut self.ink, at, pixel);
                }
            }
        }
    }
}

impl Ink {
    /// A pixel of the pictures, whose plane is there only once something needs it.
    fn picture(&mut self, at: usize) -> &mut [u8] {
        if self.pictures.is_empty() {
            self.pictures = vec![0; self.width * self.height * 4];
        }
        &mut self.pictures[at * 4..at * 4 + 4]
    }

    fn is_empty_at(&self, at: usize) -> bool {
        self.letters[at] == 0 && self.pictures.get(at * 4 + 3).is_none_or(|alpha| *alpha == 0)
    }

    /// Without empty rows and columns at the edges; `None` when all are empty.
    fn trimmed(self) -> Option<Self> {
        let row_has_ink = |row: &usize| (0..self.width).any(|column| !self.is_empty_at(row * self.width + column));
        let top = (0..self.height).find(row_has_ink)?;
        let bottom = (0..self.height).rev().find(row_has_ink)? + 1;
        let column_has_ink = |column: &usize| (top..bottom).any(|row| !self.is_empty_at(row * self.width + column));
        let left = (0..self.width).find(column_has_ink)?;
        let right = (0..self.width).rev().find(column_has_ink)? + 1;
        let cut = |plane: &[u8], bands: usize| -> Vec<u8> {
            let rows = plane.chunks_exact(self.width * bands).take(bottom).skip(top);
            rows.flat_map(|row| &row[left * bands..right * bands]).copied().collect()
        };
        let pictures = if self.pictures.is_empty() { Vec::new() } else { cut(&self.pictures, 4) };
        Some(Self { width: right - left, height: bottom - top, letters: cut(&self.letters, 1), pictures })
    }
}

/// What two coverages leave of what lies behind.
fn joined(one: u8, other: u8) -> u8 {
    255 - scaled(255 - one, 255 - other)
}

/// `number` × `part` / 255, rounded.
pub(super) fn scaled(number: u8, part: u8) -> u8 {
    let product = u16::from(number) * u16::from(part);
    u8::try_from((product + 127) / 255).unwrap_or(u8::MAX)
}

/// Puts a colour on a pixel; both have straight alpha.
pub(super) fn lay_over(under: &mut [u8], [red, green, blue, alpha]: [u8; 4]) {
    if alpha == 0 {
        return;
    }
    if alpha == 255 || under[3] == 0 {
        under.copy_from_slice(&[red, green, blue, alpha]);
        return;
    }
    let (over, under_alpha) = (u32::from(alpha) * 255, u32::from(under[3]) * u32::from(255 - alpha));
    let all = over + under_alpha;
    for (number, colour) in under.iter_mut().zip([red, green, blue]) {
        let mixed = (u32::from(colour) * over + u32::from(*number) * under_alpha + all / 2) / all;
        *number = u8::try_from(mixed).unwrap_or(u8::MAX);
    }
    under[3] = u8::try_from((all + 127) / 255).unwrap_or(u8::MAX);
}
