from darkroom.v1 import effect_pb2 as _effect_pb2
from darkroom.v1 import layer_pb2 as _layer_pb2
from darkroom.v1 import parameter_pb2 as _parameter_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ConditionProperty(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CONDITION_PROPERTY_UNSPECIFIED: _ClassVar[ConditionProperty]
    CONDITION_PROPERTY_WIDTH: _ClassVar[ConditionProperty]
    CONDITION_PROPERTY_HEIGHT: _ClassVar[ConditionProperty]
    CONDITION_PROPERTY_ASPECT_RATIO: _ClassVar[ConditionProperty]
    CONDITION_PROPERTY_INITIAL_WIDTH: _ClassVar[ConditionProperty]
    CONDITION_PROPERTY_INITIAL_HEIGHT: _ClassVar[ConditionProperty]
    CONDITION_PROPERTY_INITIAL_ASPECT_RATIO: _ClassVar[ConditionProperty]

class Comparison(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    COMPARISON_UNSPECIFIED: _ClassVar[Comparison]
    COMPARISON_EQUAL: _ClassVar[Comparison]
    COMPARISON_NOT_EQUAL: _ClassVar[Comparison]
    COMPARISON_GREATER: _ClassVar[Comparison]
    COMPARISON_GREATER_OR_EQUAL: _ClassVar[Comparison]
    COMPARISON_LESS: _ClassVar[Comparison]
    COMPARISON_LESS_OR_EQUAL: _ClassVar[Comparison]

class Crop(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CROP_UNSPECIFIED: _ClassVar[Crop]
    CROP_MAINTAIN_RATIO: _ClassVar[Crop]
    CROP_MAINTAIN_RATIO_NO_ENLARGE: _ClassVar[Crop]
    CROP_FORCE: _ClassVar[Crop]
    CROP_AT_MAX: _ClassVar[Crop]
    CROP_AT_MAX_ENLARGE: _ClassVar[Crop]
    CROP_AT_LEAST: _ClassVar[Crop]
    CROP_PAD_RESIZE: _ClassVar[Crop]
    CROP_PAD_RESIZE_NO_ENLARGE: _ClassVar[Crop]
    CROP_EXTRACT: _ClassVar[Crop]
    CROP_PAD_EXTRACT: _ClassVar[Crop]
    CROP_PAD_EXTRACT_NO_SHRINK: _ClassVar[Crop]

class Focus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FOCUS_UNSPECIFIED: _ClassVar[Focus]
    FOCUS_CENTER: _ClassVar[Focus]
    FOCUS_TOP: _ClassVar[Focus]
    FOCUS_LEFT: _ClassVar[Focus]
    FOCUS_BOTTOM: _ClassVar[Focus]
    FOCUS_RIGHT: _ClassVar[Focus]
    FOCUS_TOP_LEFT: _ClassVar[Focus]
    FOCUS_TOP_RIGHT: _ClassVar[Focus]
    FOCUS_BOTTOM_LEFT: _ClassVar[Focus]
    FOCUS_BOTTOM_RIGHT: _ClassVar[Focus]
    FOCUS_AUTO: _ClassVar[Focus]
    FOCUS_FACE: _ClassVar[Focus]
    FOCUS_CUSTOM: _ClassVar[Focus]
    FOCUS_AUTO_CUSTOM_OVERRIDE: _ClassVar[Focus]

class Flip(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FLIP_UNSPECIFIED: _ClassVar[Flip]
    FLIP_HORIZONTAL: _ClassVar[Flip]
    FLIP_VERTICAL: _ClassVar[Flip]
    FLIP_BOTH: _ClassVar[Flip]

class OutputFormat(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OUTPUT_FORMAT_UNSPECIFIED: _ClassVar[OutputFormat]
    OUTPUT_FORMAT_AUTO: _ClassVar[OutputFormat]
    OUTPUT_FORMAT_JPEG: _ClassVar[OutputFormat]
    OUTPUT_FORMAT_PNG: _ClassVar[OutputFormat]
    OUTPUT_FORMAT_WEBP: _ClassVar[OutputFormat]
    OUTPUT_FORMAT_AVIF: _ClassVar[OutputFormat]
    OUTPUT_FORMAT_GIF: _ClassVar[OutputFormat]
    OUTPUT_FORMAT_ORIGINAL: _ClassVar[OutputFormat]
CONDITION_PROPERTY_UNSPECIFIED: ConditionProperty
CONDITION_PROPERTY_WIDTH: ConditionProperty
CONDITION_PROPERTY_HEIGHT: ConditionProperty
CONDITION_PROPERTY_ASPECT_RATIO: ConditionProperty
CONDITION_PROPERTY_INITIAL_WIDTH: ConditionProperty
CONDITION_PROPERTY_INITIAL_HEIGHT: ConditionProperty
CONDITION_PROPERTY_INITIAL_ASPECT_RATIO: ConditionProperty
COMPARISON_UNSPECIFIED: Comparison
COMPARISON_EQUAL: Comparison
COMPARISON_NOT_EQUAL: Comparison
COMPARISON_GREATER: Comparison
COMPARISON_GREATER_OR_EQUAL: Comparison
COMPARISON_LESS: Comparison
COMPARISON_LESS_OR_EQUAL: Comparison
CROP_UNSPECIFIED: Crop
CROP_MAINTAIN_RATIO: Crop
CROP_MAINTAIN_RATIO_NO_ENLARGE: Crop
CROP_FORCE: Crop
CROP_AT_MAX: Crop
CROP_AT_MAX_ENLARGE: Crop
CROP_AT_LEAST: Crop
CROP_PAD_RESIZE: Crop
CROP_PAD_RESIZE_NO_ENLARGE: Crop
CROP_EXTRACT: Crop
CROP_PAD_EXTRACT: Crop
CROP_PAD_EXTRACT_NO_SHRINK: Crop
FOCUS_UNSPECIFIED: Focus
FOCUS_CENTER: Focus
FOCUS_TOP: Focus
FOCUS_LEFT: Focus
FOCUS_BOTTOM: Focus
FOCUS_RIGHT: Focus
FOCUS_TOP_LEFT: Focus
FOCUS_TOP_RIGHT: Focus
FOCUS_BOTTOM_LEFT: Focus
FOCUS_BOTTOM_RIGHT: Focus
FOCUS_AUTO: Focus
FOCUS_FACE: Focus
FOCUS_CUSTOM: Focus
FOCUS_AUTO_CUSTOM_OVERRIDE: Focus
FLIP_UNSPECIFIED: Flip
FLIP_HORIZONTAL: Flip
FLIP_VERTICAL: Flip
FLIP_BOTH: Flip
OUTPUT_FORMAT_UNSPECIFIED: OutputFormat
OUTPUT_FORMAT_AUTO: OutputFormat
OUTPUT_FORMAT_JPEG: OutputFormat
OUTPUT_FORMAT_PNG: OutputFormat
OUTPUT_FORMAT_WEBP: OutputFormat
OUTPUT_FORMAT_AVIF: OutputFormat
OUTPUT_FORMAT_GIF: OutputFormat
OUTPUT_FORMAT_ORIGINAL: OutputFormat

class Pipeline(_message.Message):
    __slots__ = ("transformations",)
    TRANSFORMATIONS_FIELD_NUMBER: _ClassVar[int]
    transformations: _containers.RepeatedCompositeFieldContainer[Transformation]
    def __init__(self, transformations: _Optional[_Iterable[_Union[Transformation, _Mapping]]] = ...) -> None: ...

class Transformation(_message.Message):
    __slots__ = ("width", "height", "aspect_ratio", "device_pixel_ratio", "crop", "focus", "x", "y", "x_center", "y_center", "rotation", "flip", "blur", "background", "quality", "format", "lossless", "progressive", "metadata", "color_profile", "original", "width_expression", "width_auto", "height_expression", "aspect_ratio_expression", "device_pixel_ratio_expression", "device_pixel_ratio_auto", "x_expression", "y_expression", "x_center_expression", "y_center_expression", "focus_objects", "zoom", "rotation_auto", "trim", "trim_threshold", "border", "radius", "radius_max", "corner_radii", "opacity", "background_blurred", "background_dominant", "background_gradient", "grayscale", "contrast_stretch", "sharpen", "sharpen_amount", "unsharp_mask", "shadow", "drop_shadow", "gradient", "colorize", "color_replace", "distort_perspective", "distort_arc", "page", "density", "default_image", "named", "layers", "condition")
    WIDTH_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    ASPECT_RATIO_FIELD_NUMBER: _ClassVar[int]
    DEVICE_PIXEL_RATIO_FIELD_NUMBER: _ClassVar[int]
    CROP_FIELD_NUMBER: _ClassVar[int]
    FOCUS_FIELD_NUMBER: _ClassVar[int]
    X_FIELD_NUMBER: _ClassVar[int]
    Y_FIELD_NUMBER: _ClassVar[int]
    X_CENTER_FIELD_NUMBER: _ClassVar[int]
    Y_CENTER_FIELD_NUMBER: _ClassVar[int]
    ROTATION_FIELD_NUMBER: _ClassVar[int]
    FLIP_FIELD_NUMBER: _ClassVar[int]
    BLUR_FIELD_NUMBER: _ClassVar[int]
    BACKGROUND_FIELD_NUMBER: _ClassVar[int]
    QUALITY_FIELD_NUMBER: _ClassVar[int]
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    LOSSLESS_FIELD_NUMBER: _ClassVar[int]
    PROGRESSIVE_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    COLOR_PROFILE_FIELD_NUMBER: _ClassVar[int]
    ORIGINAL_FIELD_NUMBER: _ClassVar[int]
    WIDTH_EXPRESSION_FIELD_NUMBER: _ClassVar[int]
    WIDTH_AUTO_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_EXPRESSION_FIELD_NUMBER: _ClassVar[int]
    ASPECT_RATIO_EXPRESSION_FIELD_NUMBER: _ClassVar[int]
    DEVICE_PIXEL_RATIO_EXPRESSION_FIELD_NUMBER: _ClassVar[int]
    DEVICE_PIXEL_RATIO_AUTO_FIELD_NUMBER: _ClassVar[int]
    X_EXPRESSION_FIELD_NUMBER: _ClassVar[int]
    Y_EXPRESSION_FIELD_NUMBER: _ClassVar[int]
    X_CENTER_EXPRESSION_FIELD_NUMBER: _ClassVar[int]
    Y_CENTER_EXPRESSION_FIELD_NUMBER: _ClassVar[int]
    FOCUS_OBJECTS_FIELD_NUMBER: _ClassVar[int]
    ZOOM_FIELD_NUMBER: _ClassVar[int]
    ROTATION_AUTO_FIELD_NUMBER: _ClassVar[int]
    TRIM_FIELD_NUMBER: _ClassVar[int]
    TRIM_THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    BORDER_FIELD_NUMBER: _ClassVar[int]
    RADIUS_FIELD_NUMBER: _ClassVar[int]
    RADIUS_MAX_FIELD_NUMBER: _ClassVar[int]
    CORNER_RADII_FIELD_NUMBER: _ClassVar[int]
    OPACITY_FIELD_NUMBER: _ClassVar[int]
    BACKGROUND_BLURRED_FIELD_NUMBER: _ClassVar[int]
    BACKGROUND_DOMINANT_FIELD_NUMBER: _ClassVar[int]
    BACKGROUND_GRADIENT_FIELD_NUMBER: _ClassVar[int]
    GRAYSCALE_FIELD_NUMBER: _ClassVar[int]
    CONTRAST_STRETCH_FIELD_NUMBER: _ClassVar[int]
    SHARPEN_FIELD_NUMBER: _ClassVar[int]
    SHARPEN_AMOUNT_FIELD_NUMBER: _ClassVar[int]
    UNSHARP_MASK_FIELD_NUMBER: _ClassVar[int]
    SHADOW_FIELD_NUMBER: _ClassVar[int]
    DROP_SHADOW_FIELD_NUMBER: _ClassVar[int]
    GRADIENT_FIELD_NUMBER: _ClassVar[int]
    COLORIZE_FIELD_NUMBER: _ClassVar[int]
    COLOR_REPLACE_FIELD_NUMBER: _ClassVar[int]
    DISTORT_PERSPECTIVE_FIELD_NUMBER: _ClassVar[int]
    DISTORT_ARC_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    DENSITY_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_IMAGE_FIELD_NUMBER: _ClassVar[int]
    NAMED_FIELD_NUMBER: _ClassVar[int]
    LAYERS_FIELD_NUMBER: _ClassVar[int]
    CONDITION_FIELD_NUMBER: _ClassVar[int]
    width: float
    height: float
    aspect_ratio: AspectRatio
    device_pixel_ratio: float
    crop: Crop
    focus: Focus
    x: int
    y: int
    x_center: int
    y_center: int
    rotation: float
    flip: Flip
    blur: float
    background: str
    quality: int
    format: OutputFormat
    lossless: bool
    progressive: bool
    metadata: bool
    color_profile: bool
    original: bool
    width_expression: str
    width_auto: bool
    height_expression: str
    aspect_ratio_expression: str
    device_pixel_ratio_expression: str
    device_pixel_ratio_auto: bool
    x_expression: str
    y_expression: str
    x_center_expression: str
    y_center_expression: str
    focus_objects: _containers.RepeatedScalarFieldContainer[str]
    zoom: float
    rotation_auto: bool
    trim: bool
    trim_threshold: int
    border: _effect_pb2.Border
    radius: float
    radius_max: bool
    corner_radii: _effect_pb2.CornerRadii
    opacity: float
    background_blurred: _effect_pb2.BlurredBackground
    background_dominant: bool
    background_gradient: _effect_pb2.GradientBackground
    grayscale: bool
    contrast_stretch: bool
    sharpen: bool
    sharpen_amount: float
    unsharp_mask: _effect_pb2.UnsharpMask
    shadow: _effect_pb2.Shadow
    drop_shadow: _effect_pb2.DropShadow
    gradient: _effect_pb2.Gradient
    colorize: _effect_pb2.Colorize
    color_replace: _effect_pb2.ColorReplace
    distort_perspective: _effect_pb2.Perspective
    distort_arc: float
    page: int
    density: int
    default_image: str
    named: str
    layers: _containers.RepeatedCompositeFieldContainer[Layer]
    condition: Condition
    def __init__(self, width: _Optional[float] = ..., height: _Optional[float] = ..., aspect_ratio: _Optional[_Union[AspectRatio, _Mapping]] = ..., device_pixel_ratio: _Optional[float] = ..., crop: _Optional[_Union[Crop, str]] = ..., focus: _Optional[_Union[Focus, str]] = ..., x: _Optional[int] = ..., y: _Optional[int] = ..., x_center: _Optional[int] = ..., y_center: _Optional[int] = ..., rotation: _Optional[float] = ..., flip: _Optional[_Union[Flip, str]] = ..., blur: _Optional[float] = ..., background: _Optional[str] = ..., quality: _Optional[int] = ..., format: _Optional[_Union[OutputFormat, str]] = ..., lossless: _Optional[bool] = ..., progressive: _Optional[bool] = ..., metadata: _Optional[bool] = ..., color_profile: _Optional[bool] = ..., original: _Optional[bool] = ..., width_expression: _Optional[str] = ..., width_auto: _Optional[bool] = ..., height_expression: _Optional[str] = ..., aspect_ratio_expression: _Optional[str] = ..., device_pixel_ratio_expression: _Optional[str] = ..., device_pixel_ratio_auto: _Optional[bool] = ..., x_expression: _Optional[str] = ..., y_expression: _Optional[str] = ..., x_center_expression: _Optional[str] = ..., y_center_expression: _Optional[str] = ..., focus_objects: _Optional[_Iterable[str]] = ..., zoom: _Optional[float] = ..., rotation_auto: _Optional[bool] = ..., trim: _Optional[bool] = ..., trim_threshold: _Optional[int] = ..., border: _Optional[_Union[_effect_pb2.Border, _Mapping]] = ..., radius: _Optional[float] = ..., radius_max: _Optional[bool] = ..., corner_radii: _Optional[_Union[_effect_pb2.CornerRadii, _Mapping]] = ..., opacity: _Optional[float] = ..., background_blurred: _Optional[_Union[_effect_pb2.BlurredBackground, _Mapping]] = ..., background_dominant: _Optional[bool] = ..., background_gradient: _Optional[_Union[_effect_pb2.GradientBackground, _Mapping]] = ..., grayscale: _Optional[bool] = ..., contrast_stretch: _Optional[bool] = ..., sharpen: _Optional[bool] = ..., sharpen_amount: _Optional[float] = ..., unsharp_mask: _Optional[_Union[_effect_pb2.UnsharpMask, _Mapping]] = ..., shadow: _Optional[_Union[_effect_pb2.Shadow, _Mapping]] = ..., drop_shadow: _Optional[_Union[_effect_pb2.DropShadow, _Mapping]] = ..., gradient: _Optional[_Union[_effect_pb2.Gradient, _Mapping]] = ..., colorize: _Optional[_Union[_effect_pb2.Colorize, _Mapping]] = ..., color_replace: _Optional[_Union[_effect_pb2.ColorReplace, _Mapping]] = ..., distort_perspective: _Optional[_Union[_effect_pb2.Perspective, _Mapping]] = ..., distort_arc: _Optional[float] = ..., page: _Optional[int] = ..., density: _Optional[int] = ..., default_image: _Optional[str] = ..., named: _Optional[str] = ..., layers: _Optional[_Iterable[_Union[Layer, _Mapping]]] = ..., condition: _Optional[_Union[Condition, _Mapping]] = ...) -> None: ...

class Layer(_message.Message):
    __slots__ = ("image", "text", "canvas", "position", "layer_mode", "pipeline")
    IMAGE_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    CANVAS_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    LAYER_MODE_FIELD_NUMBER: _ClassVar[int]
    PIPELINE_FIELD_NUMBER: _ClassVar[int]
    image: _layer_pb2.ImageLayer
    text: _layer_pb2.TextLayer
    canvas: _layer_pb2.CanvasLayer
    position: _layer_pb2.LayerPosition
    layer_mode: _layer_pb2.LayerMode
    pipeline: Pipeline
    def __init__(self, image: _Optional[_Union[_layer_pb2.ImageLayer, _Mapping]] = ..., text: _Optional[_Union[_layer_pb2.TextLayer, _Mapping]] = ..., canvas: _Optional[_Union[_layer_pb2.CanvasLayer, _Mapping]] = ..., position: _Optional[_Union[_layer_pb2.LayerPosition, _Mapping]] = ..., layer_mode: _Optional[_Union[_layer_pb2.LayerMode, str]] = ..., pipeline: _Optional[_Union[Pipeline, _Mapping]] = ...) -> None: ...

class Condition(_message.Message):
    __slots__ = ("any_of", "then", "otherwise")
    ANY_OF_FIELD_NUMBER: _ClassVar[int]
    THEN_FIELD_NUMBER: _ClassVar[int]
    OTHERWISE_FIELD_NUMBER: _ClassVar[int]
    any_of: _containers.RepeatedCompositeFieldContainer[AllOf]
    then: Pipeline
    otherwise: Pipeline
    def __init__(self, any_of: _Optional[_Iterable[_Union[AllOf, _Mapping]]] = ..., then: _Optional[_Union[Pipeline, _Mapping]] = ..., otherwise: _Optional[_Union[Pipeline, _Mapping]] = ...) -> None: ...

class AllOf(_message.Message):
    __slots__ = ("tests",)
    TESTS_FIELD_NUMBER: _ClassVar[int]
    tests: _containers.RepeatedCompositeFieldContainer[ConditionTest]
    def __init__(self, tests: _Optional[_Iterable[_Union[ConditionTest, _Mapping]]] = ...) -> None: ...

class ConditionTest(_message.Message):
    __slots__ = ("property", "comparison", "value", "ratio")
    PROPERTY_FIELD_NUMBER: _ClassVar[int]
    COMPARISON_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    RATIO_FIELD_NUMBER: _ClassVar[int]
    property: ConditionProperty
    comparison: Comparison
    value: float
    ratio: AspectRatio
    def __init__(self, property: _Optional[_Union[ConditionProperty, str]] = ..., comparison: _Optional[_Union[Comparison, str]] = ..., value: _Optional[float] = ..., ratio: _Optional[_Union[AspectRatio, _Mapping]] = ...) -> None: ...

class AspectRatio(_message.Message):
    __slots__ = ("width", "height")
    WIDTH_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    width: float
    height: float
    def __init__(self, width: _Optional[float] = ..., height: _Optional[float] = ...) -> None: ...
