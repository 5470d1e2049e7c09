//! The AVIF container: a `meta` box that says what there is, an `mdat` box with the bytes of it.

use super::{
    av1::{Colour, Stream},
    boxes::Boxes,
};
use crate::{EncodeError, Metadata};
use darkroom_planes::Subsampling;

/// What goes into one file.
pub(super) struct Still<'a> {
    /// In pixels, as of all streams.
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) colour: Colour,
    pub(super) picture: &'a Stream,
    pub(super) alpha: Option<&'a Stream>,
    pub(super) metadata: Metadata<'a>,
}

/// The whole file.
pub(super) fn write(still: &Still) -> Result<Vec<u8>, EncodeError> {
    let items = items(still);
    let mut file = Boxes::default();
    file_type(&mut file, still.picture);
    // Where the bytes lie depends on the size of what says so; that does not depend on where they lie.
    let mut measured = Boxes::default();
    meta(&mut measured, still, &items, 0)?;
    let start = file.len() + measured.len() + 8;
    meta(&mut file, still, &items, start)?;
    file.nested(*b"mdat", |file| {
        for item in &items {
            file.bytes(item.before).bytes(item.content);
        }
    });
    let file = file.into_bytes();
    u32::try_from(file.len()).map_err(|_| too_large(file.len()))?;
    Ok(file)
}

/// Bytes in the file that have a meaning of their own.
struct Item<'a> {
    id: u16,
    kind: &'static [u8; 4],
    /// What follows the name in its entry.
    media_type: &'static [u8],
    /// How it belongs to the picture.
    reference: Option<&'static [u8; 4]>,
    before: &'static [u8],
    content: &'a [u8],
}

const PICTURE: u16 = 1;
const ALPHA: u16 = 2;
const EXIF: u16 = 3;
const XMP: u16 = 4;

fn items<'a>(still: &Still<'a>) -> Vec<Item<'a>> {
    let item = |id, kind, reference, content| Item { id, kind, media_type: b"", reference, before: b"", content };
    let &Still { width: _, height: _, colour: _, picture, alpha, metadata: Metadata { icc: _, exif, xmp } } = still;
    let mut items = vec![item(PICTURE, b"av01", None, &picture.obus)];
    items.extend(alpha.map(|alpha| item(ALPHA, b"av01", Some(b"auxl"), &alpha.obus)));
    // Before the TIFF header is how far it is from here.
    items.extend(exif.map(|exif| Item { before: &[0; 4], ..item(EXIF, b"Exif", Some(b"cdsc"), exif) }));
    let packet = |xmp| Item { media_type: b"application/rdf+xml\0", ..item(XMP, b"mime", Some(b"cdsc"), xmp) };
    items.extend(xmp.map(packet));
    items
}

fn file_type(file: &mut Boxes, picture: &Stream) {
    file.nested(*b"ftyp", |file| {
        file.bytes(b"avif").u32(0).bytes(b"avifmif1miaf");
        // The baseline profile of AVIF goes up to level 5.1, the advanced one to 6.0.
        match (picture.profile, picture.level) {
            (0, ..=13) => {
                file.bytes(b"MA1B");
            }
            (1, ..=16) => {
                file.bytes(b"MA1A");
            }
            _ => {}
        }
    });
}

fn meta(file: &mut Boxes, still: &Still, items: &[Item], start: usize) -> Result<(), EncodeError> {
    let mut extents = Vec::new();
    let mut offset = start;
    for item in items {
        let length = item.before.len() + item.content.len();
        let extent = (u32::try_from(offset), u32::try_from(length));
        let (Ok(offset_32), Ok(length_32)) = extent else { return Err(too_large(length)) };
        extents.push((item.id, offset_32, length_32));
        offset += length;
    }
    #[allow(clippy::cast_possible_truncation)] // at most four
    let count = items.len() as u16;
    file.full(*b"meta", 0, |file| {
        file.full(*b"hdlr", 0, |file| {
            file.u32(0).bytes(b"pict").bytes(&[0; 13]);
        });
        file.full(*b"pitm", 0, |file| {
            file.u16(PICTURE);
        });
        file.full(*b"iloc", 0, |file| {
            // Four bytes for an offset and for a length, none for a base.
            file.bytes(&[0x44, 0]).u16(count);
            for (id, offset, length) in extents {
                file.u16(id).u16(0).u16(1).u32(offset).u32(length);
            }
        });
        file.full(*b"iinf", 0, |file| {
            file.u16(count);
            for item in items {
                file.full(*b"infe", 2, |file| {
                    file.u16(item.id).u16(0).bytes(item.kind).bytes(b"\0").bytes(item.media_type);
                });
            }
        });
        if count > 1 {
            file.full(*b"iref", 0, |file| {
                for item in items {
                    if let Some(reference) = item.reference {
                        file.nested(*reference, |file| {
                            file.u16(item.id).u16(1).u16(PICTURE);
                        });
                    }
                }
            });
        }
        file.nested(*b"iprp", |file| properties(file, still));
    });
    Ok(())
}

/// Properties, and which item has which; the decoder's configuration is the one that a reader must understand.
fn properties(file: &mut Boxes, still: &Still) {
    const ESSENTIAL: u8 = 0x80;
    let mut count = 0;
    let mut next = || {
        count += 1;
        count
    };
    let mut of_picture = Vec::new();
    let mut of_alpha = Vec::new();
    file.nested(*b"ipco", |file| {
        let index = next();
        of_picture.push(index);
        of_alpha.push(index);
        #[allow(clippy::cast_possible_truncation)] // both were checked against what AV1 holds
        file.full(*b"ispe", 0, |file| {
            file.u32(still.width as u32).u32(still.height as u32);
        });

        of_picture.extend([next(), next() | ESSENTIAL, next()]);
        stream_properties(file, still.picture);
        let Colour { primaries, transfer, matrix } = still.colour;
        file.nested(*b"colr", |file| {
            file.bytes(b"nclx");
            for number in [primaries, transfer, matrix] {
                file.u16(u16::from(number));
            }
            file.bytes(&[0x80]); // full range
        });
        if let Some(icc) = still.metadata.icc {
            of_picture.push(next());
            file.nested(*b"colr", |file| {
                file.bytes(b"prof").bytes(icc);
            });
        }
        if let Some(alpha) = still.alpha {
            of_alpha.extend([next(), next() | ESSENTIAL, next()]);
            stream_properties(file, alpha);
            file.full(*b"auxC", 0, |file| {
                file.bytes(b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0");
            });
        }
    });
    let mut associations = vec![(PICTURE, of_picture)];
    associations.extend(still.alpha.map(|_| (ALPHA, of_alpha)));
    file.full(*b"ipma", 0, |file| {
        #[allow(clippy::cast_possible_truncation)] // at most two, of at most five
        file.u32(associations.len() as u32);
        for (item, properties) in associations {
            #[allow(clippy::cast_possible_truncation)]
            file.u16(item).bytes(&[properties.len() as u8]).bytes(&properties);
        }
    });
}

/// Bits of a channel, and the decoder's configuration.
fn stream_properties(file: &mut Boxes, stream: &Stream) {
    let grey = stream.subsampling.is_none();
    let bits: &[u8] = if grey { &[1, 8] } else { &[3, 8, 8, 8] };
    file.full(*b"pixi", 0, |file| {
        file.bytes(bits);
    });
    let layout = match stream.subsampling {
        None => 0b1_1100, // monochrome counts as subsampled
        Some(Subsampling::Both) => 0b0_1100,
        Some(Subsampling::None) => 0,
    };
    file.nested(*b"av1C", |file| {
        file.bytes(&[0x81, stream.profile << 5 | stream.level, layout, 0]);
    });
}

fn too_large(bytes: usize) -> EncodeError {
    EncodeError::Metadata { what: "all together", bytes }
}
