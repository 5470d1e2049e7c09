//! Layers: their texts, where they lie, how they mix.
#![allow(clippy::unwrap_used)] // a panic is how a test fails

use crate::{
    Error, Limits,
    frame::Frame,
    language::{Pipeline, Size},
    picture::Picture,
    vips::Image,
};
use bytes::Bytes;

#[track_caller]
fn check(text: &str, expected: &str) {
    let actual = match text.parse::<Pipeline>() {
        Ok(pipeline) => pipeline.to_string(),
        Err(error) => format!("{} at {:?}", error.message, error.span),
    };
    assert_eq!(actual, expected, "for {text:?}");
    if let Ok(pipeline) = text.parse::<Pipeline>()
        && !pipeline.is_empty()
    {
        assert_eq!(pipeline.to_string().parse::<Pipeline>(), Ok(pipeline), "the canonical text reads back");
    }
}

#[test]
fn the_normal_form() {
    check("l-image,i-a@@b.png,l-end", "l-image,i-a@@b.png,t-true,l-end");
    check("l-image,i-a.png,t-false,l-end", "l-image,i-a.png,t-false,l-end");
    check("l-image,i-a.png,w-3:t-false,l-end", "l-image,i-a.png,t-false,w-3,l-end");
    check("l-image,i-a.png,w-3:t-20,l-end", "l-image,i-a.png,w-3:t-20,l-end");
    check("l-image,i-a.gif,pg-2,t-false,l-end", "l-image,i-a.gif,pg-2,t-false,l-end");
    check("l-image,i-a.png,if-w_gt_3,w-3,if-end,l-end", "l-image,i-a.png,t-true:if-w_gt_3,w-3,if-end,l-end");
    check("l-image,i-@@a@@b.png,lfo-center,l-end,w-3", "w-3,l-image,i-a@@b.png,t-true,l-end");
    check("l-image,w-5,ly-N0,i-a.png,lx-010,l-end", "l-image,i-a.png,lx-10,ly-N0,t-true,w-5,l-end");
    check("l-image,ie-YS9iLnBuZw%3D%3D,i-c.png,l-end", "l-image,i-a@@b.png,t-true,l-end");
    check("l-image,ie-YS9iLnBuZw,l-end", "l-image,i-a@@b.png,t-true,l-end");
    check("l-image,i-a%20%C3%A9.png,l-end", "l-image,i-a%20%C3%A9.png,t-true,l-end");
    check("l-image,i-a/b.png,l-end", "l-image,i-a@@b.png,t-true,l-end");
    check("l-image,i-a.png,w-5:rt-90,h-3,lfo-top,l-end", "l-image,i-a.png,lfo-top,t-true,w-5:h-3,rt-90,l-end");
    check(
        "l-image,i-a.png,lx-bw_div_2,lap-center,lfo-top,l-end",
        "l-image,i-a.png,lx-bw_div_2,lap-center,t-true,l-end",
    );
    check("l-image,i-a.png,lap-center,q-5,f-png,l-end", "l-image,i-a.png,t-true,l-end");
    check(
        "l-image,i-a.png,l-image,i-b.png,w-bw_div_2,l-end,l-end",
        "l-image,i-a.png,t-true,l-image,i-b.png,t-true,w-bw_div_2,l-end,l-end",
    );
    check("l-image,i-a.png,l-end,l-image,i-b.png,l-end", "l-image,i-a.png,t-true,l-end,l-image,i-b.png,t-true,l-end");
    check("l-image,i-a.png,lm-displacement,lx-5,l-end", "l-image,i-a.png,lm-displace,lx-5,t-true,l-end");
    check("l-image,i-ik_canvas,bg-red,w-5,h-bh,rt-90,l-end", "l-image,i-ik_canvas,w-5,h-bh,bg-ff0000:rt-90,l-end");
    check("l-image,i-ik_canvas,bg-00ff00,al-5,l-end", "l-image,i-ik_canvas,bg-00ff0050,l-end");
    check("l-image,i-ik_canvas,bg-00ff0020,al-5,l-end", "l-image,i-ik_canvas,bg-00ff0020,l-end");
    check("l-image,i-ik_canvas,bg-red,w-5,bg-00f,h-6,bg-0f0,l-end", "l-image,i-ik_canvas,w-5,h-6,bg-00ff00,l-end");
    check("l-image,i-ik_canvas,bg-red:bg-00f,l-end", "l-image,i-ik_canvas,bg-ff0000:bg-0000ff,l-end");
    check("l-image,i-ik_canvas,bg-blue,lso-5,leo-bdu_mul_0.4,ldu-1.5,l-end", "l-image,i-ik_canvas,bg-0000ff,l-end");
    check("l-image,i-a.png,lso-5,l-end", "l-image,i-a.png,t-true,l-end");
    check("l-text,i-Hello%20you,l-end", "l-text,i-Hello%20you,l-end");
    check("l-text,ie-SGVsbG8%3D,co-000,pa-0,ia-center,l-end", "l-text,i-Hello,l-end");
    check(
        "l-text,tg-i_b,lh-5,pa-1_2_1,co-F00,al-5,ff-a@@b.ttf,fs-bw_div_9,w-99,bg-fff,i-x,lx-3,rt-90,l-end",
        "l-text,i-x,w-99,fs-bw_div_9,ff-a@@b.ttf,co-ff000050,pa-1_2,tg-b_i,lh-5,bg-ffffff,lx-3:rt-90,l-end",
    );
    check("l-text,i-a,pa-1_2_3_4,w-9:w-5,l-end", "l-text,i-a,w-9,pa-1_2_3_4:w-5,l-end");
    // What stands in a step of its own is done to the drawn text.
    check("l-text,i-a:rt-0:w-5,l-end", "l-text,i-a:w-5,l-end");
    check("l-text,i-a:w-5,l-end", "l-text,i-a:w-5,l-end");
    check("l-image,i-a.png:w-5,l-end", "l-image,i-a.png,t-true,w-5,l-end");
    check("l-image,i-a.gif:pg-2,l-end", "l-image,i-a.gif,pg-2,t-true,l-end");
    check("l-image,i-ik_canvas,bg-lime,al-5,l-end", "l-image,i-ik_canvas,bg-00ff00,l-end");
}

#[test]
fn what_is_wrong_is_told_where_it_stands() {
    check("w-3,l-foo,i-a,l-end", "parameter `l`: a layer is an `image` or a `text` at 6..9");
    check("l-video,i-a,l-end", "parameter `l`: video layers are not supported at 2..7");
    check("l-image,w-3,l-end", "parameter `l`: an image layer needs `i`, the path of its image at 2..7");
    check("l-text,fs-5,l-end", "parameter `l`: a text layer needs `i`, its text at 2..6");
    check("l-image,i-a,fs-5,l-end", "parameter `fs` is understood in a text layer only at 12..16");
    check("fs-5", "parameter `fs` is understood inside a layer only at 0..4");
    check(
        "l-text,i-a,tg-u,l-end",
        "parameter `tg` expects `b`, `i`, `strikethrough`, or several of them joined by `_`, not `u` at 11..15",
    );
    check("lx-3", "parameter `lx` is understood inside a layer only at 0..4");
    check("w-3,l-image,i-a,foo-1,l-end", "unknown parameter `foo`; the nearest known one is `fo` at 16..21");
    check("l-image,i-a,lx-1,lxc-2,l-end", "parameter `lxc`: cannot stand together with `lx` at 17..22");
    check("l-image,i-a,w-auto,l-end", "parameter `w`: `auto` is for the image itself, not for a layer at 12..18");
    check("w-bw", "parameter `w`: `bw`, `bh` and `bar` are known inside layers only at 0..4");
    check(
        "l-image,i-ik_canvas,w-iw,l-end",
        "parameter `w`: a layer that is drawn knows `bw`, `bh` and `bar` alone; it has no size before at 20..24",
    );
    check(
        "l-image,i-a,lm-displace,l-end",
        "parameter `l`: `lm-displace` needs `lx` or `ly`, by how many pixels to shift at 2..7",
    );
    check(
        "l-image,i-a,lm-burn,l-end",
        "parameter `lm` expects `multiply`, `cutter`, `cutout` or `displace`, not `burn` at 12..19",
    );
    let many = ["l-image,i-a,l-end"; 17].join(",");
    assert_eq!(many.parse::<Pipeline>().unwrap_err().message, "a transformation has at most 16 layers");
}

const RED: [u8; 4] = [255, 0, 0, 255];
const HALF_BLUE: [u8; 4] = [0, 0, 255, 128];

/// A PNG of one colour.
fn png(width: u32, height: u32, pixel: [u8; 4]) -> Bytes {
    let pixels = Bytes::from(pixel.repeat(usize::try_from(width * height).unwrap()));
    let image = Image::from_memory(pixels, width, height, 4).unwrap();
    image.operation(c"pngsave_buffer").unwrap().run_buffer().unwrap()
}

/// A grey picture of 20×10 with `red.png` (6×4) and `blue.png` (4×4, half transparent) at hand.
fn base() -> Picture {
    let image = Image::from_memory(Bytes::from(vec![100; 600]), 20, 10, 3).unwrap();
    let files = [("red.png".to_owned(), png(6, 4, RED)), ("blue.png".to_owned(), png(4, 4, HALF_BLUE))];
    Picture::new(
        Frame::Image(image),
        Size { width: 20, height: 10 },
        true,
        Limits::default(),
        files.into_iter().collect(),
    )
}

fn laid(text: &str) -> Image {
    text.parse::<Pipeline>().unwrap().apply(base()).unwrap().0.image().unwrap().in_memory().unwrap()
}

/// The rectangle of pixels that are not grey: left, top, width, height.
fn changed(image: &Image) -> (u32, u32, u32, u32) {
    let (bands, width) = (image.bands(), image.width());
    let pixels = image.to_memory().unwrap();
    let step = usize::try_from(bands).unwrap();
    let places = pixels.chunks(step).enumerate().filter(|(_, pixel)| pixel[..3] != [100; 3]).map(|(index, _)| {
        let index = u32::try_from(index).unwrap();
        (index % width, index / width)
    });
    let places: Vec<_> = places.collect();
    let (left, top) = (places.iter().map(|p| p.0).min().unwrap(), places.iter().map(|p| p.1).min().unwrap());
    let (right, bottom) = (places.iter().map(|p| p.0).max().unwrap(), places.iter().map(|p| p.1).max().unwrap());
    assert_eq!(places.len() as u64, u64::from((right - left + 1) * (bottom - top + 1)), "a full rectangle");
    (left, top, right - left + 1, bottom - top + 1)
}

#[track_caller]
fn lies_at(position: &str, expected: (u32, u32, u32, u32)) {
    let text = format!("l-image,i-red.png,t-false{position},l-end").replace(",t-false", "");
    assert_eq!(changed(&laid(&text)), expected, "for {text:?}");
}

#[test]
fn layers_lie_where_they_are_told() {
    lies_at("", (7, 3, 6, 4));
    lies_at(",lfo-top_left", (0, 0, 6, 4));
    lies_at(",lfo-bottom_right", (14, 6, 6, 4));
    lies_at(",lfo-right", (14, 3, 6, 4));
    lies_at(",lx-2", (2, 0, 6, 4));
    lies_at(",ly-3", (0, 3, 6, 4));
    lies_at(",lx-N2,ly-N1", (12, 5, 6, 4));
    lies_at(",lx-N0,ly-N0", (14, 6, 6, 4));
    lies_at(",lxc-10,lyc-5", (7, 3, 6, 4));
    lies_at(",lxc-N10,ly-0", (7, 0, 6, 4));
    lies_at(",lx-100,ly-100", (14, 6, 6, 4));
    lies_at(",lx-bw_sub_cw_sub_1,ly-bh_div_5", (13, 2, 6, 4));
    lies_at(",lap-center,lx-0,ly-0", (10, 5, 6, 4));
    lies_at(",lap-bottom_right,lx-N6,ly-N4", (14, 6, 6, 4));
    lies_at(",lap-center,lxc-0,lyc-0", (7, 3, 6, 4));
}

#[test]
fn a_layer_larger_than_the_picture_is_cut_by_it() {
    let image = laid("l-image,i-red.png,w-40,h-40,l-end");
    assert_eq!((image.width(), image.height()), (20, 10));
    assert_eq!(changed(&image), (0, 0, 20, 10));
}

fn pixel(image: &Image, x: u32, y: u32) -> Vec<u8> {
    image.extract_area(x, y, 1, 1).unwrap().to_memory().unwrap().to_vec()
}

#[test]
fn modes_mix_as_they_say() {
    assert_eq!(pixel(&laid("l-image,i-blue.png,lfo-top_left,l-end"), 1, 1), [50, 50, 178]);
    assert_eq!(pixel(&laid("l-image,i-red.png,lm-multiply,lfo-top_left,l-end"), 1, 1), [100, 0, 0]);
    let cutout = laid("l-image,i-red.png,lm-cutout,lfo-top_left,l-end");
    assert_eq!((pixel(&cutout, 1, 1)[3], pixel(&cutout, 10, 5)), (0, vec![100, 100, 100, 255]));
    let cutter = laid("l-image,i-blue.png,lm-cutter,lfo-top_left,l-end");
    assert_eq!((cutter.width(), cutter.height(), pixel(&cutter, 1, 1)), (4, 4, vec![100, 100, 100, 128]));
}

#[test]
fn displacement_shifts_by_the_map() {
    // White sends each pixel to the one that lies `lx` to the right: the red third moves left.
    let text = "l-image,i-red.png,lfo-right,l-end:l-image,i-ik_canvas,bg-ff8080,lm-displace,lx-5,l-end";
    let image = laid(text);
    assert_eq!((image.width(), image.height()), (20, 10));
    assert_eq!(pixel(&image, 10, 5), [255, 0, 0]);
    assert_eq!(pixel(&image, 4, 5), [100, 100, 100]);
}

#[test]
fn layers_nest_and_chain() {
    let image =
        laid("l-image,i-red.png,w-8,h-8,l-image,i-ik_canvas,bg-0000ff,w-bw_div_2,h-bh_div_2,l-end,lfo-left,l-end");
    assert_eq!(pixel(&image, 1, 2), [255, 0, 0]);
    assert_eq!(pixel(&image, 4, 5), [0, 0, 255]);
    let image = laid("l-image,i-ik_canvas,bg-ff0000,w-2,h-8:rt-90,lfo-top_left,l-end");
    assert_eq!(changed(&image), (0, 0, 8, 2));
}

#[test]
fn words_are_laid_on() {
    let wide = Image::from_memory(Bytes::from(vec![100; 300 * 200 * 3]), 300, 200, 3).unwrap();
    let size = Size { width: 300, height: 200 };
    let draw = |text: &str| {
        let picture =
            Picture::new(Frame::Image(wide.clone()), size, true, Limits::default(), crate::Resources::default());
        text.parse::<Pipeline>().unwrap().apply(picture).unwrap().0.image().unwrap().in_memory().unwrap()
    };
    let small = changed(&draw("l-text,i-Hello,fs-20,bg-fff,pa-5,l-end"));
    let large = changed(&draw("l-text,i-Hello,fs-bh_div_5,bg-fff,pa-5,l-end"));
    assert!(large.2 - 10 > (small.2 - 10) * 3 / 2, "twice the size: {small:?} and {large:?}");
    assert!((300 - i64::from(2 * small.0) - i64::from(small.2)).abs() <= 1, "in the middle: {small:?}");
    let turned = changed(&draw("l-text,i-Hello,fs-20,bg-fff,pa-5,rt-90,l-end"));
    assert_eq!((turned.2, turned.3), (small.3, small.2));
    let wrapped = changed(&draw("l-text,i-Hello%20Hello,fs-20,w-bw_div_4,bg-fff,pa-5,lfo-top_left,l-end"));
    assert!(wrapped.3 > small.3 * 3 / 2 && (wrapped.0, wrapped.1) == (0, 0), "two lines: {wrapped:?}");
}

#[test]
fn a_gradient_block_lets_the_picture_through() {
    check("l-image,i-ik_canvas,e-gradient,r-max,l-end", "l-image,i-ik_canvas,bg-00000000:e-gradient,r-max,l-end");
    let plain = laid("l-image,i-red.png,w-1,h-1,lfo-top_left,l-end");
    let image = laid("l-image,i-ik_canvas,e-gradient-ld-top,h-bh_div_2,lfo-bottom,l-end");
    let (right, bottom) = (image.width() - 1, image.height() - 1);
    assert!(pixel(&image, right, bottom).iter().all(|band| *band > 200), "white at the bottom");
    assert_eq!(pixel(&image, right, 0), pixel(&plain, right, 0), "nothing above the block");
}

#[test]
fn resources_are_named_once_each() {
    let text =
        "l-image,i-a.png,l-end,l-image,i-a.png,l-image,i-b.png,l-end,l-end:if-w_gt_1,l-image,i-c.png,l-end,if-end";
    let paths: Vec<String> = text.parse::<Pipeline>().unwrap().resources().into_iter().map(|r| r.path).collect();
    assert_eq!(paths, ["a.png", "b.png", "c.png"]);
}

#[test]
fn an_image_is_trimmed_unless_told_otherwise() {
    // A red bar of 2×4 with a white margin of 2 on each side.
    let pixels = (0..24).flat_map(|at| if (2..4).contains(&(at % 6)) { RED } else { [255, 255, 255, 255] });
    let bar = Image::from_memory(pixels.collect::<Vec<u8>>().into(), 6, 4, 4).unwrap();
    let bar = bar.operation(c"pngsave_buffer").unwrap().run_buffer().unwrap();
    let grey = Image::from_memory(Bytes::from(vec![100; 600]), 20, 10, 3).unwrap();
    let lay = |text: &str| {
        let files = [("bar.png".to_owned(), bar.clone())].into_iter().collect();
        let picture =
            Picture::new(Frame::Image(grey.clone()), Size { width: 20, height: 10 }, true, Limits::default(), files);
        changed(&text.parse::<Pipeline>().unwrap().apply(picture).unwrap().0.image().unwrap().in_memory().unwrap())
    };
    assert_eq!(lay("l-image,i-bar.png,lfo-top_left,l-end"), (0, 0, 2, 4));
    assert_eq!(lay("l-image,i-bar.png,t-false,lfo-top_left,l-end"), (0, 0, 6, 4));
}

#[test]
fn a_missing_image_is_an_error() {
    let pipeline: Pipeline = "l-image,i-none.png,l-end".parse().unwrap();
    let missing = Error::MissingResource { path: "none.png".into() };
    assert_eq!(pipeline.apply(base()).map(|_| ()), Err(missing));
}

#[test]
fn what_is_shifted_in_from_outside_is_the_edge() {
    for offset in ["lx-8", "lx-N8", "lx-8,ly-N8", "lx-900,ly-900"] {
        let shifted = laid(&format!("l-image,i-ik_canvas,bg-FFFF00,lm-displace,{offset},l-end"));
        assert!(shifted.to_memory().unwrap().iter().all(|value| *value == 100), "{offset}");
    }
}
