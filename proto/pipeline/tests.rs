use super::*;
use v1::{
    AllOf, AspectRatio, Border, CanvasLayer, Comparison, Condition, ConditionProperty, ConditionTest, CornerRadii,
    Crop, Flip, Focus, Gradient, GradientBackground, GradientDirection, ImageLayer, Layer, LayerMode, LayerPlace,
    LayerPosition, Perspective, Pipeline, Point, Shadow, TextLayer, Transformation, Typography, UnsharpMask,
    layer::Content,
};

#[track_caller]
fn check(transformations: Vec<Transformation>, expected: &str) {
    let actual =
        text(&Pipeline { transformations }).unwrap_or_else(|error| format!("{}: {}", error.field, error.description));
    assert_eq!(actual, expected);
}

#[track_caller]
fn check_one(transformation: Transformation, expected: &str) {
    check(vec![transformation], expected);
}

fn image(input: &str) -> Layer {
    Layer { content: Some(Content::Image(ImageLayer { input: input.into() })), ..Default::default() }
}

fn of(layer: Layer) -> Transformation {
    Transformation { layers: vec![layer], ..Default::default() }
}

fn when(condition: Condition) -> Transformation {
    Transformation { condition: Some(condition), ..Default::default() }
}

fn rotated(degrees: f64) -> Transformation {
    Transformation { rotation: Some(degrees), ..Default::default() }
}

fn chain<const N: usize>(transformations: [Transformation; N]) -> Pipeline {
    Pipeline { transformations: transformations.into() }
}

#[test]
fn fields_become_parameters() {
    let first =
        Transformation { width: Some(300.0), height: Some(0.5), crop: Crop::AtMax.into(), ..Default::default() };
    let second = Transformation {
        rotation: Some(-40.0),
        flip: Flip::Both.into(),
        background: "red".into(),
        ..Default::default()
    };
    check(vec![first, second], "w-300,h-0.5,c-at_max:rt-N40,fl-h_v,bg-red");
    check(vec![], "");
}

#[test]
fn a_ratio_and_a_flag() {
    let ratio = AspectRatio { width: 16.0, height: 9.0 };
    check_one(
        Transformation { aspect_ratio: Some(ratio), original: Some(true), ..Default::default() },
        "ar-16-9,orig-true",
    );
}

#[test]
fn forms_of_one_parameter() {
    check_one(
        Transformation { width_auto: true, height_expression: "ih_div_2".into(), ..Default::default() },
        "w-auto,h-ih_div_2",
    );
    check_one(
        Transformation { focus_objects: vec!["car".into(), "dog".into()], zoom: Some(2.0), ..Default::default() },
        "fo-car_dog,z-2",
    );
    check_one(
        Transformation { focus: Focus::AutoCustomOverride.into(), ..Default::default() },
        "fo-auto-custom_override",
    );
    check_one(
        Transformation { trim: Some(false), grayscale: true, sharpen_amount: Some(30.0), ..Default::default() },
        "t-false,e-grayscale,e-sharpen-30",
    );
}

#[test]
fn values_with_parts() {
    let border = Border { width: Some(5.0), color: "red".into(), ..Default::default() };
    let corners = CornerRadii { top_left: Some(10.0), bottom_right_max: true, ..Default::default() };
    check_one(
        Transformation { border: Some(border), corner_radii: Some(corners), ..Default::default() },
        "b-5_red,r-10_0_max_0",
    );
    let blurred = v1::BlurredBackground { brightness: Some(-50.0), ..Default::default() };
    check_one(Transformation { background_blurred: Some(blurred), ..Default::default() }, "bg-blurred_auto_N50");
    let gradient = GradientBackground::default();
    check_one(Transformation { background_gradient: Some(gradient), ..Default::default() }, "bg-gradient_dominant");
    let gradient = GradientBackground { palette: Some(4) };
    check_one(Transformation { background_gradient: Some(gradient), ..Default::default() }, "bg-gradient_dominant_4");
    let replace = v1::ColorReplace { to_color: "red".into(), from_color: "blue".into(), ..Default::default() };
    check_one(Transformation { color_replace: Some(replace), ..Default::default() }, "cr-red_35_blue");
}

#[test]
fn effects_with_and_without_settings() {
    let plain = Transformation {
        shadow: Some(Shadow::default()),
        unsharp_mask: Some(UnsharpMask::default()),
        ..Default::default()
    };
    check_one(plain, "e-usm,e-shadow");
    let shadow = Shadow { x_offset: Some(10.0), y_offset: Some(-5.5), ..Default::default() };
    let gradient = Gradient {
        direction: GradientDirection::TopLeft.into(),
        from_color: "green".into(),
        stop_point: Some(0.8),
        ..Default::default()
    };
    check_one(
        Transformation { shadow: Some(shadow), gradient: Some(gradient), ..Default::default() },
        "e-shadow-x-10_y-N5.5,e-gradient-ld-top_left_from-green_sp-0.8",
    );
    let mask = UnsharpMask { radius: Some(2.0), sigma: Some(2.0), amount: Some(0.8), threshold: Some(0.024) };
    check_one(Transformation { unsharp_mask: Some(mask), ..Default::default() }, "e-usm-2-2-0.8-0.024");
    let perspective = Perspective {
        top_left: Some(Point { x: 20, y: 0 }),
        top_right: Some(Point { x: 280, y: -40 }),
        bottom_right: Some(Point { x: 300, y: 200 }),
        bottom_left: Some(Point { x: 0, y: 180 }),
    };
    check_one(
        Transformation { distort_perspective: Some(perspective), ..Default::default() },
        "e-distort-p-20_0_280_N40_300_200_0_180",
    );
    check_one(Transformation { distort_arc: Some(-30.0), ..Default::default() }, "e-distort-a-N30");
}

#[test]
fn layers() {
    let logo = Layer {
        position: Some(LayerPosition { x: Some(-0.0), y_expression: "bh_div_2".into(), ..Default::default() }),
        layer_mode: LayerMode::Multiply.into(),
        pipeline: Some(chain([Transformation { width: Some(100.0), ..Default::default() }, rotated(90.0)])),
        ..image("marks/logo 1.png")
    };
    let block = CanvasLayer {
        color: "FF000080".into(),
        width_expression: "bw".into(),
        height: Some(50.0),
        ..Default::default()
    };
    let block = Layer {
        content: Some(Content::Canvas(block)),
        position: Some(LayerPosition { focus: LayerPlace::Bottom.into(), ..Default::default() }),
        pipeline: Some(chain([Transformation { radius_max: true, ..Default::default() }])),
        ..Default::default()
    };
    check_one(
        Transformation { width: Some(400.0), layers: vec![logo, block], ..Default::default() },
        "w-400,l-image,i-marks@@logo%201.png,lx-N0,ly-bh_div_2,lm-multiply,w-100:rt-90,l-end,\
         l-image,i-ik_canvas,bg-FF000080,w-bw,h-50,lfo-bottom:r-max,l-end",
    );
}

#[test]
fn texts() {
    let layer = |text: TextLayer| of(Layer { content: Some(Content::Text(text)), ..Default::default() });
    let text = TextLayer {
        text: "Hello, l-end:w-1".into(),
        font_size_expression: "bw_mul_0.05".into(),
        font_family: "fonts/A,B.ttf".into(),
        padding: vec![10.0, 20.5],
        typography: vec![Typography::Bold.into(), Typography::Strikethrough.into()],
        width: Some(300.0),
        ..Default::default()
    };
    check_one(
        layer(text),
        "l-text,ie-SGVsbG8sIGwtZW5kOnctMQ%3D%3D,fs-bw_mul_0.05,ff-fonts@@A%2CB.ttf,pa-10_20.5,\
         tg-b_strikethrough,w-300,l-end",
    );
    check_one(layer(TextLayer { text: "l-end".into(), ..Default::default() }), "l-text,i-l-end,l-end");
}

#[test]
fn layers_nest() {
    let inner = Layer { pipeline: Some(chain([of(image("c.png"))])), ..image("b.png") };
    let outer = Layer { pipeline: Some(chain([of(inner)])), ..image("a.png") };
    check_one(of(outer), "l-image,i-a.png,l-image,i-b.png,l-image,i-c.png,l-end,l-end,l-end");
}

fn test(property: ConditionProperty, comparison: Comparison, value: f64) -> ConditionTest {
    ConditionTest { property: property.into(), comparison: comparison.into(), value: Some(value), ratio: None }
}

#[test]
fn conditions() {
    let tall = test(ConditionProperty::Height, Comparison::GreaterOrEqual, 100.0);
    let low = test(ConditionProperty::InitialHeight, Comparison::Less, 400.5);
    let ratio = Some(AspectRatio { width: 4.0, height: 3.0 });
    let narrow =
        ConditionTest { ratio, value: None, ..test(ConditionProperty::AspectRatio, Comparison::NotEqual, 0.0) };
    let any_of = vec![AllOf { tests: vec![tall, low] }, AllOf { tests: vec![narrow] }];
    let then = Some(chain([rotated(90.0), rotated(10.0)]));
    let otherwise = Some(chain([of(image("a.png"))]));
    let condition = Condition { any_of, then, otherwise };
    check(
        vec![when(condition.clone()), rotated(5.0)],
        "if-h_gte_100_and_ih_lt_400.5_or_ar_ne_4-3,rt-90:rt-10,if-else,l-image,i-a.png,l-end,if-end:rt-5",
    );
    check_one(
        when(Condition { then: None, ..condition.clone() }),
        "if-h_gte_100_and_ih_lt_400.5_or_ar_ne_4-3,if-else,l-image,i-a.png,l-end,if-end",
    );
    check_one(
        when(Condition { then: None, otherwise: Some(chain([])), ..condition.clone() }),
        "pipeline.transformations[0].condition.then: required, or `otherwise`",
    );
    check_one(
        when(Condition { any_of: vec![], ..condition.clone() }),
        "pipeline.transformations[0].condition.any_of: required",
    );
    check_one(
        when(Condition { any_of: vec![AllOf { tests: vec![] }], ..condition.clone() }),
        "pipeline.transformations[0].condition.any_of[0]: has no field",
    );
    let valueless = ConditionTest { value: None, ..tall };
    check_one(
        when(Condition { any_of: vec![AllOf { tests: vec![tall, valueless] }], ..condition.clone() }),
        "pipeline.transformations[0].condition.any_of[0].tests[1].value: required",
    );
    check_one(
        Transformation { width: Some(1.0), ..when(condition) },
        "pipeline.transformations[0].condition: a condition stands alone; what stands beside it needs a \
         transformation of its own",
    );
}

#[test]
fn text_cannot_smuggle_a_parameter_in() {
    check_one(
        Transformation { background: "red,w-1:rt-9".into(), ..Default::default() },
        "pipeline.transformations[0].background: expected a colour: a name, `RRGGBB` or `RRGGBBAA`",
    );
    check_one(
        Transformation { width_expression: "iw:rt-9".into(), ..Default::default() },
        "pipeline.transformations[0].width_expression: expected an expression, such as `iw_div_2`",
    );
    // A part of a value cannot hold what joins the parts.
    let border = Border { width: Some(1.0), color: "red_2".into(), ..Default::default() };
    check_one(
        Transformation { border: Some(border), ..Default::default() },
        "pipeline.transformations[0].border.color: expected a colour: a name, `RRGGBB` or `RRGGBBAA`",
    );
    check_one(Transformation { default_image: "a,w-1:l-end/b".into(), ..Default::default() }, "di-a%2Cw-1%3Al-end@@b");
    check_one(of(image("a,l-end,w-1")), "l-image,ie-YSxsLWVuZCx3LTE%3D,l-end");
    check_one(
        Transformation { named: "a,w-1".into(), ..Default::default() },
        "pipeline.transformations[0].named: expected a name of letters, digits and `_`",
    );
}

#[test]
fn what_has_no_text_is_named() {
    check_one(
        Transformation { crop: 99, ..Default::default() },
        "pipeline.transformations[0].crop: the value has no word in the URL language",
    );
    check_one(Transformation::default(), "pipeline.transformations[0]: a transformation needs at least one parameter");
    check_one(
        Transformation { border: Some(Border::default()), ..Default::default() },
        "pipeline.transformations[0].border: has no field",
    );
    let mask = UnsharpMask { radius: Some(1.0), sigma: Some(1.0), ..Default::default() };
    check_one(
        Transformation { unsharp_mask: Some(mask), ..Default::default() },
        "pipeline.transformations[0].unsharp_mask.amount: required",
    );
    let position = LayerPosition { x: Some(f64::NAN), ..Default::default() };
    let layers = vec![image("a.png"), Layer { position: Some(position), ..image("b.png") }];
    check_one(
        Transformation { layers, ..Default::default() },
        "pipeline.transformations[0].layers[1].position.x: expected a finite number",
    );
    check_one(
        of(Layer::default()),
        "pipeline.transformations[0].layers[0]: required: one of `image`, `text`, `canvas`",
    );
    check_one(of(image("")), "pipeline.transformations[0].layers[0].image.input: required");
}

#[test]
fn forms_of_one_parameter_exclude_each_other() {
    check_one(
        Transformation { width: Some(1.0), width_auto: true, ..Default::default() },
        "pipeline.transformations[0].width_auto: excludes `pipeline.transformations[0].width`: both stand for `w`",
    );
    let border = Border { width: Some(1.0), width_expression: "ih_div_2".into(), color: "red".into() };
    check_one(
        Transformation { border: Some(border), ..Default::default() },
        "pipeline.transformations[0].border.width_expression: excludes `pipeline.transformations[0].border.width`",
    );
    let gradient =
        Gradient { direction: GradientDirection::Top.into(), direction_degrees: Some(0.0), ..Default::default() };
    check_one(
        Transformation { gradient: Some(gradient), ..Default::default() },
        "pipeline.transformations[0].gradient.direction_degrees: excludes \
         `pipeline.transformations[0].gradient.direction`",
    );
}

#[test]
fn limits() {
    check(vec![rotated(1.0); 11], "pipeline.transformations: at most 10 transformations");
    let layers = vec![image("a.png"); 17];
    check_one(
        Transformation { layers, ..Default::default() },
        "pipeline.transformations[0].layers[16]: at most 16 layers",
    );
    check_one(of(image(&"a".repeat(9000))), "pipeline: its text has 9016 bytes; at most 8192 are read");
    let mut deep = rotated(1.0);
    for _ in 0..1000 {
        deep = of(Layer { pipeline: Some(chain([deep])), ..image("a.png") });
    }
    let level = ".transformations[0].layers[0].pipeline";
    check_one(
        deep,
        &format!("pipeline{}.transformations[0].layers[0]: layers and conditions nest at most 3 deep", level.repeat(3)),
    );
    let mut deep = rotated(1.0);
    for _ in 0..4 {
        let any_of = vec![AllOf { tests: vec![test(ConditionProperty::Width, Comparison::Equal, 1.0)] }];
        deep = when(Condition { any_of, then: Some(chain([deep])), otherwise: None });
    }
    let level = ".transformations[0].condition.then";
    check_one(
        deep,
        &format!("pipeline{}.transformations[0].condition: layers and conditions nest at most 3 deep", level.repeat(3)),
    );
}

/// Every field of every message that a pipeline can hold is a parameter, a part of one, or structure; every enum
/// value but the absent one has a word; the options of a field make sense together.
#[test]
fn every_field_has_a_text() {
    assert!(CONTRACT.messages().any(|(name, _)| name == "darkroom.v1.Point"), "the walk goes to the ends");
    for (name, message) in CONTRACT.messages() {
        let is_value = !message.joined_by.is_empty();
        for field in &message.fields {
            let name = format!("{name}.{}", field.descriptor.name());
            let is_part = !field.setting.is_empty() || field.place > 0;
            if is_value {
                assert!(is_part && field.parameter.is_empty(), "{name} has a place or a name in its value");
            } else {
                let is_tests = name == "darkroom.v1.Condition.any_of";
                let is_known = field.is_structure() || field.is_group() || is_tests;
                assert_ne!(is_known, !field.parameter.is_empty(), "{name} is a parameter or structure");
                assert_eq!(field.place, 0, "{name} is no part of a value");
            }
            check_kind(&name, field);
        }
    }
}

#[track_caller]
fn check_kind(name: &str, field: &options::Field) {
    use prost_reflect::Kind;
    assert_eq!(field.descriptor.is_list() && !field.is_structure(), !field.separator.is_empty(), "{name}: separator");
    assert!(field.placeholder.is_empty() || field.place > 0, "{name}: only places have placeholders");
    let is_text = matches!(field.descriptor.kind(), Kind::String);
    assert_eq!(is_text, field.text_form != v1::TextForm::Unspecified, "{name}: texts have a form");
    match field.descriptor.kind() {
        // `false` would have no text of its own.
        Kind::Bool => {
            assert_eq!(field.descriptor.supports_presence(), field.literal.is_empty() && !field.bare, "{name}");
        }
        Kind::Enum(values) => {
            for value in values.values() {
                let word = CONTRACT.word(&values, value.number());
                assert_eq!(word.is_none(), value.number() == 0, "{}", value.full_name());
            }
        }
        Kind::String | Kind::Double | Kind::Uint32 | Kind::Sint32 | Kind::Message(_) => {}
        other => panic!("{name} has the kind {other:?}, which has no text"),
    }
}
