//! Whatever the parameters and however small the image, there is a result of the size that was reckoned, or an
//! error that is not ours.

use super::*;
use proptest::prelude::*;

fn colour() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<u32>().prop_map(|colour| format!("{colour:08X}")),
        (0..0x0100_0000_u32).prop_map(|colour| format!("{colour:06x}")),
        Just("rebeccapurple".to_owned()),
        Just("white".to_owned()),
    ]
}

/// `N` for minus.
fn signed(maximum: i32) -> impl Strategy<Value = String> {
    (-maximum..=maximum).prop_map(|number| number.to_string().replace('-', "N"))
}

fn corner() -> impl Strategy<Value = String> {
    prop_oneof![(0..400_u32).prop_map(|radius| radius.to_string()), Just("max".to_owned())]
}

/// Corners near those of a rectangle, so that many shapes are convex.
fn corners() -> impl Strategy<Value = String> {
    let near = |middle: i32| (middle - 40..middle + 40).prop_map(|number| number.to_string().replace('-', "N"));
    let (left, top, right, bottom) = (0, 0, 100, 100);
    let places = [(left, top), (right, top), (right, bottom), (left, bottom)].map(|(x, y)| (near(x), near(y)));
    let [a, b, c, d] = places;
    (a, b, c, d).prop_map(|(a, b, c, d)| {
        let all = [a, b, c, d].map(|(x, y)| format!("{x}_{y}"));
        format!("e-distort-p-{}", all.join("_"))
    })
}

fn shape() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("t-true".to_owned()),
        (1..100_u32).prop_map(|threshold| format!("t-{threshold}")),
        (0..60_u32, colour()).prop_map(|(width, colour)| format!("b-{width}_{colour}")),
        corner().prop_map(|corner| format!("r-{corner}")),
        [corner(), corner(), corner(), corner()].prop_map(|corners| format!("r-{}", corners.join("_"))),
        (0..=100_u32).prop_map(|percent| format!("o-{percent}")),
        signed(360).prop_map(|degrees| format!("e-distort-a-{degrees}")),
        corners(),
        (0.0..360.0_f64).prop_map(|degrees| format!("rt-{degrees}")),
    ]
}

fn effect() -> impl Strategy<Value = String> {
    prop_oneof![
        prop_oneof![
            Just("e-grayscale"),
            Just("e-contrast"),
            Just("e-sharpen"),
            Just("e-usm"),
            Just("e-shadow"),
            Just("e-gradient"),
            Just("e-dropshadow"),
            Just("e-colorize"),
        ]
        .prop_map(str::to_owned),
        (1.0..2000.0_f64).prop_map(|strength| format!("e-sharpen-{strength}")),
        (0.0..20.0_f64, 0.01..30.0_f64, 0.0..10.0_f64, 0.0..1.0_f64)
            .prop_map(|(radius, sigma, amount, threshold)| format!("e-usm-{radius}-{sigma}-{amount}-{threshold}")),
        (0..=15_u32, 0..=100_u32, signed(100), signed(100))
            .prop_map(|(blur, saturation, x, y)| format!("e-shadow-y-{y}_bl-{blur}_st-{saturation}_x-{x}")),
        (0..=360_u32, 0..=90_u32, 0..=100_u32).prop_map(|(azimuth, elevation, saturation)| format!(
            "e-dropshadow-az-{azimuth}_el-{elevation}_st-{saturation}"
        )),
        (0..360_u32, colour(), colour(), prop_oneof![0.01..1.0_f64, 1.0..500.0_f64])
            .prop_map(|(direction, from, to, stop)| format!("e-gradient-ld-{direction}_from-{from}_to-{to}_sp-{stop}")),
        (colour(), 0..=100_u32).prop_map(|(colour, intensity)| format!("e-colorize-co-{colour}_in-{intensity}")),
        colour().prop_map(|colour| format!("cr-{colour}")),
        (colour(), 0..=100_u32, colour()).prop_map(|(to, tolerance, from)| format!("cr-{to}_{tolerance}_{from}")),
    ]
}

fn background() -> impl Strategy<Value = String> {
    let kind = prop_oneof![
        colour(),
        Just("dominant".to_owned()),
        Just("gradient_dominant".to_owned()),
        Just("gradient_dominant_4".to_owned()),
        Just("blurred".to_owned()),
        (0..=100_u32, signed(255)).prop_map(|(intensity, brightness)| format!("blurred_{intensity}_{brightness}")),
    ];
    let size = prop_oneof![
        Just(String::new()),
        (1..200_u32, 1..200_u32, prop_oneof![Just("pad_resize"), Just("pad_extract"), Just("force")])
            .prop_map(|(width, height, mode)| format!(",w-{width},h-{height},cm-{mode}")),
    ];
    (kind, size).prop_map(|(kind, size)| format!("bg-{kind}{size}"))
}

/// Up to four parameters with different keys.
fn step() -> impl Strategy<Value = String> {
    let parameter = prop_oneof![3 => effect(), 3 => shape(), 1 => background()];
    prop::collection::vec(parameter, 1..4).prop_map(|items| items.join(","))
}

fn small_picture(size: usize, alpha: u8) -> Picture {
    let (width, height) = [(1, 1), (1, 7), (7, 1), (2, 2), (300, 200)][size];
    let colour = |x: u32, y: u32| [x % 256, y % 256, (x + y) % 256].map(|value| u8::try_from(value).unwrap());
    if alpha == 1 {
        return picture(width, height, colour);
    }
    picture(width, height, |x, y| {
        let [red, green, blue] = colour(x, y);
        // All clear, all opaque, or in blocks of all kinds.
        let alpha = [0, 255, u8::try_from((x / 3 * 40 + y / 3 * 60) % 256).unwrap()][usize::from(alpha.min(2))];
        [red, green, blue, alpha]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn there_is_a_result(text in step(), size in 0..5_usize, alpha in 0..4_u8) {
        let Ok(pipeline) = text.parse::<Pipeline>() else {
            // A key twice, or corners that are not convex.
            return Ok(());
        };
        let canonical = pipeline.to_string();
        if !canonical.is_empty() {
            let again: Pipeline = canonical.parse().unwrap();
            prop_assert_eq!(&again.to_string(), &canonical);
            prop_assert_eq!(&again, &pipeline);
        }
        let picture = small_picture(size, alpha);
        let reckoned = pipeline.result_size(picture.size(), &Limits::default());
        match pipeline.apply(picture) {
            Ok((result, _)) => {
                prop_assert_eq!(result.image().unwrap().band_format(), crate::vips::BandFormat::Uchar);
                prop_assert!(result.image().unwrap().bands() == 3 || (result.image().unwrap().bands() == 4 && result.image().unwrap().has_alpha()));
                let pixels = result.image().unwrap().to_memory();
                prop_assert!(pixels.is_ok(), "{:?}", pixels);
                let reckoned = reckoned.unwrap();
                prop_assert_eq!(reckoned.is_none(), canonical.starts_with("t-"), "a trim leaves what it finds");
                prop_assert_eq!(result.size(), reckoned.unwrap_or(result.size()));
            }
            Err(Error::TooLarge { .. } | Error::Impossible { .. }) => {}
            Err(error) => prop_assert!(false, "{error}"),
        }
    }
}
