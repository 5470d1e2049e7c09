//! The frames of a picture: decoded, taken through the pipeline one by one, put together again.

use super::{Request, look, look::Look, plan::Plan};
use crate::{
    Accept, Error, Format, Limits, Resources,
    codecs::{Pixels, Source, Tagged, colour},
    focus::Findings,
    frame::Frame,
    language::{FormatChoice, Output},
    picture::Picture,
    vips::Image,
};

/// Frames of equal size; one, for a still.
pub(super) struct Frames {
    stills: Vec<Frame>,
    /// The pixels lie in memory.
    in_memory: bool,
    /// By how much a JPEG decoder has divided both sides.
    shrink: u32,
    /// The first reduction of the pipeline is done.
    reduced: bool,
}

impl Frames {
    /// What a reader gave that has carried out the first reduction of the pipeline: upright, in the colours that steps
    /// see.
    pub(super) fn reduced(tagged: Tagged) -> Self {
        Self { stills: vec![Frame::Raster(tagged)], in_memory: true, shrink: 1, reduced: true }
    }

    /// The same with the colours of its source still, for libvips to convert.
    pub(super) fn to_convert(tagged: &Tagged, plan: &Plan) -> Result<Self, Error> {
        let image = colour::normalise(&tagged.image()?, plan.keep_profile)?;
        Ok(Self { stills: vec![Frame::Image(image)], in_memory: true, shrink: 1, reduced: true })
    }

    /// Decodes to what [`Picture`] promises to the steps.
    pub(super) fn decode(source: &Source, plan: &Plan, limits: &Limits) -> Result<Self, Error> {
        let image = if plan.animated { source.animation(limits)? } else { source.still(plan.scale, limits)? };
        let unreadable = |error| Error::Unreadable { reason: format!("{error}") };
        let image = if plan.in_memory { image.in_memory().map_err(unreadable)? } else { image };
        let image = if plan.animated { image } else { colour::upright(&image, source)? };
        let image = colour::normalise(&image, plan.keep_profile)?;
        let frames = if plan.animated { split(&image)? } else { vec![Frame::Image(image)] };
        let shrink = if plan.animated { 1 } else { source.shrink(plan.scale) };
        Ok(Self { stills: frames, in_memory: plan.in_memory, shrink, reduced: false })
    }

    /// Runs the pipeline on each frame; gives how the result is to be encoded too.
    pub(super) fn apply(
        self,
        request: &Request,
        resources: &Resources,
        source: &Source,
        limits: &Limits,
    ) -> Result<(Self, Output), Error> {
        let size = source.upright_size();
        let mut output = request.pipeline.output();
        let mut findings = Findings::default();
        let step = |frame| {
            let (limits, resources) = (limits.clone(), resources.clone());
            let mut decoded = if self.reduced {
                Picture::reduced(frame, size, limits, resources)
            } else {
                Picture::new(frame, size, self.in_memory, limits, resources).shrunk_by(self.shrink)
            };
            decoded.focus_area = request.focus_area;
            decoded.findings = std::mem::take(&mut findings).for_next_frame();
            let picture;
            (picture, output) = request.pipeline.apply(decoded)?;
            picture.check_size(picture.width(), picture.height())?;
            findings = picture.findings;
            Ok(picture.frame)
        };
        let frames: Vec<Frame> = self.stills.into_iter().map(step).collect::<Result<_, Error>>()?;
        let size = |frame: &Frame| (frame.width(), frame.height());
        if frames.iter().any(|frame| size(frame) != size(&frames[0])) {
            let reason = "the frames would get different sizes; ask for a still picture, for example with f-png";
            return Err(Error::Impossible { parameter: "f".into(), reason: reason.into() });
        }
        let pixels = frames.iter().map(|frame| u64::from(frame.width()) * u64::from(frame.height())).sum();
        if frames.len() > 1 {
            Limits::check("animation_pixels", limits.animation_pixels, pixels)?;
        }
        Ok((Self { stills: frames, ..self }, output))
    }

    pub(super) fn are_several(&self) -> bool {
        self.stills.len() > 1
    }

    pub(super) fn count(&self) -> u32 {
        u32::try_from(self.stills.len()).unwrap_or(u32::MAX)
    }

    pub(super) fn width(&self) -> u32 {
        self.stills[0].width()
    }

    pub(super) fn height(&self) -> u32 {
        self.stills[0].height()
    }

    /// Looks at the pixels (of an animation, those of the first frame) where what is seen may let a smaller file win: not at those of a lossy
    /// source without alpha, which is a photo, and not for formats that take every picture alike.
    pub(super) fn look(&mut self, source: Format, choice: FormatChoice) -> Result<Option<Look>, Error> {
        let photo = matches!(source, Format::Jpeg | Format::Heic | Format::Avif) && !self.stills[0].has_alpha();
        let wanted = match choice {
            FormatChoice::Auto => !photo,
            FormatChoice::Original => matches!(source, Format::Png | Format::Ico | Format::Tiff | Format::Bmp),
            FormatChoice::As(format) => format == Format::Png,
        };
        // Frames that stream from the decoder are read once.
        let streams = self.are_several() && !self.in_memory;
        if streams || !wanted || !look::is_small_enough(&self.stills[0]) {
            return Ok(None);
        }
        self.hold_first()?;
        Look::at(&self.stills[0])
    }

    /// Whether the format has to hold transparency. Alpha that hides nothing is dropped. Where no look was
    /// taken, one at the alpha alone is a pass over the result, so it is left out where every candidate can
    /// hold it.
    pub(super) fn has_visible_alpha(
        &mut self,
        look: Option<&Look>,
        choice: FormatChoice,
        accept: Accept,
    ) -> Result<bool, Error> {
        if !self.stills[0].has_alpha() {
            return Ok(false);
        }
        if self.are_several() {
            return Ok(true);
        }
        let opaque = match look {
            Some(look) => look.opaque,
            None if choice != FormatChoice::Auto || accept.webp || accept.avif => false,
            None => {
                self.hold_first()?;
                self.stills[0].is_opaque()?
            }
        };
        if opaque {
            self.stills[0] = self.stills[0].clone().without_alpha()?;
        }
        Ok(!opaque)
    }

    /// The first frame lies in memory from now on.
    fn hold_first(&mut self) -> Result<(), Error> {
        self.stills[0] = self.stills[0].clone().in_memory()?;
        Ok(())
    }

    /// One picture: the frames on top of each other, with the delays of the source.
    pub(super) fn joined(mut self) -> Result<Pixels, Error> {
        if !self.are_several() {
            return Ok(match self.stills.remove(0) {
                Frame::Raster(tagged) => Pixels::Raster(tagged),
                Frame::Image(image) => Pixels::Image(image.edit_metadata(|edit| {
                    edit.remove(c"page-height").remove(c"n-pages").remove(c"delay").remove(c"loop");
                })?),
            });
        }
        let rows = i32::try_from(self.height()).unwrap_or(i32::MAX);
        let frames = i32::try_from(self.stills.len()).unwrap_or(i32::MAX);
        let images: Vec<Image> = self.stills.iter().map(Frame::image).collect::<Result<_, Error>>()?;
        let image = Image::join_frames(&images)?;
        Ok(Pixels::Image(image.edit_metadata(|edit| {
            edit.set_int(c"page-height", rows).set_int(c"n-pages", frames);
        })?))
    }
}

fn split(image: &Image) -> Result<Vec<Frame>, Error> {
    let (width, height) = (image.width(), image.page_height());
    (0..image.frames()).map(|frame| Ok(Frame::Image(image.extract_area(0, frame * height, width, height)?))).collect()
}
