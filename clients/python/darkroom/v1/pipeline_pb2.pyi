from darkroom.v1 import parameter_pb2 as _parameter_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

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
    __slots__ = ("width", "height", "aspect_ratio", "device_pixel_ratio", "crop", "focus", "x", "y", "x_center", "y_center", "rotation", "flip", "blur", "background", "quality", "format", "lossless", "progressive", "metadata", "color_profile", "original")
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
    def __init__(self, width: _Optional[float] = ..., height: _Optional[float] = ..., aspect_ratio: _Optional[_Union[AspectRatio, _Mapping]] = ..., device_pixel_ratio: _Optional[float] = ..., crop: _Optional[_Union[Crop, str]] = ..., focus: _Optional[_Union[Focus, str]] = ..., x: _Optional[int] = ..., y: _Optional[int] = ..., x_center: _Optional[int] = ..., y_center: _Optional[int] = ..., rotation: _Optional[float] = ..., flip: _Optional[_Union[Flip, str]] = ..., blur: _Optional[float] = ..., background: _Optional[str] = ..., quality: _Optional[int] = ..., format: _Optional[_Union[OutputFormat, str]] = ..., lossless: _Optional[bool] = ..., progressive: _Optional[bool] = ..., metadata: _Optional[bool] = ..., color_profile: _Optional[bool] = ..., original: _Optional[bool] = ...) -> None: ...

class AspectRatio(_message.Message):
    __slots__ = ("width", "height")
    WIDTH_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    width: float
    height: float
    def __init__(self, width: _Optional[float] = ..., height: _Optional[float] = ...) -> None: ...
