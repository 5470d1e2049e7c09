from darkroom.v1 import parameter_pb2 as _parameter_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class GradientDirection(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    GRADIENT_DIRECTION_UNSPECIFIED: _ClassVar[GradientDirection]
    GRADIENT_DIRECTION_TOP: _ClassVar[GradientDirection]
    GRADIENT_DIRECTION_TOP_RIGHT: _ClassVar[GradientDirection]
    GRADIENT_DIRECTION_RIGHT: _ClassVar[GradientDirection]
    GRADIENT_DIRECTION_BOTTOM_RIGHT: _ClassVar[GradientDirection]
    GRADIENT_DIRECTION_BOTTOM: _ClassVar[GradientDirection]
    GRADIENT_DIRECTION_BOTTOM_LEFT: _ClassVar[GradientDirection]
    GRADIENT_DIRECTION_LEFT: _ClassVar[GradientDirection]
    GRADIENT_DIRECTION_TOP_LEFT: _ClassVar[GradientDirection]
GRADIENT_DIRECTION_UNSPECIFIED: GradientDirection
GRADIENT_DIRECTION_TOP: GradientDirection
GRADIENT_DIRECTION_TOP_RIGHT: GradientDirection
GRADIENT_DIRECTION_RIGHT: GradientDirection
GRADIENT_DIRECTION_BOTTOM_RIGHT: GradientDirection
GRADIENT_DIRECTION_BOTTOM: GradientDirection
GRADIENT_DIRECTION_BOTTOM_LEFT: GradientDirection
GRADIENT_DIRECTION_LEFT: GradientDirection
GRADIENT_DIRECTION_TOP_LEFT: GradientDirection

class Border(_message.Message):
    __slots__ = ("width", "width_expression", "color")
    WIDTH_FIELD_NUMBER: _ClassVar[int]
    WIDTH_EXPRESSION_FIELD_NUMBER: _ClassVar[int]
    COLOR_FIELD_NUMBER: _ClassVar[int]
    width: float
    width_expression: str
    color: str
    def __init__(self, width: _Optional[float] = ..., width_expression: _Optional[str] = ..., color: _Optional[str] = ...) -> None: ...

class CornerRadii(_message.Message):
    __slots__ = ("top_left", "top_right", "bottom_right", "bottom_left", "top_left_max", "top_right_max", "bottom_right_max", "bottom_left_max")
    TOP_LEFT_FIELD_NUMBER: _ClassVar[int]
    TOP_RIGHT_FIELD_NUMBER: _ClassVar[int]
    BOTTOM_RIGHT_FIELD_NUMBER: _ClassVar[int]
    BOTTOM_LEFT_FIELD_NUMBER: _ClassVar[int]
    TOP_LEFT_MAX_FIELD_NUMBER: _ClassVar[int]
    TOP_RIGHT_MAX_FIELD_NUMBER: _ClassVar[int]
    BOTTOM_RIGHT_MAX_FIELD_NUMBER: _ClassVar[int]
    BOTTOM_LEFT_MAX_FIELD_NUMBER: _ClassVar[int]
    top_left: float
    top_right: float
    bottom_right: float
    bottom_left: float
    top_left_max: bool
    top_right_max: bool
    bottom_right_max: bool
    bottom_left_max: bool
    def __init__(self, top_left: _Optional[float] = ..., top_right: _Optional[float] = ..., bottom_right: _Optional[float] = ..., bottom_left: _Optional[float] = ..., top_left_max: _Optional[bool] = ..., top_right_max: _Optional[bool] = ..., bottom_right_max: _Optional[bool] = ..., bottom_left_max: _Optional[bool] = ...) -> None: ...

class BlurredBackground(_message.Message):
    __slots__ = ("intensity", "brightness")
    INTENSITY_FIELD_NUMBER: _ClassVar[int]
    BRIGHTNESS_FIELD_NUMBER: _ClassVar[int]
    intensity: float
    brightness: float
    def __init__(self, intensity: _Optional[float] = ..., brightness: _Optional[float] = ...) -> None: ...

class GradientBackground(_message.Message):
    __slots__ = ("palette",)
    PALETTE_FIELD_NUMBER: _ClassVar[int]
    palette: int
    def __init__(self, palette: _Optional[int] = ...) -> None: ...

class UnsharpMask(_message.Message):
    __slots__ = ("radius", "sigma", "amount", "threshold")
    RADIUS_FIELD_NUMBER: _ClassVar[int]
    SIGMA_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    THRESHOLD_FIELD_NUMBER: _ClassVar[int]
    radius: float
    sigma: float
    amount: float
    threshold: float
    def __init__(self, radius: _Optional[float] = ..., sigma: _Optional[float] = ..., amount: _Optional[float] = ..., threshold: _Optional[float] = ...) -> None: ...

class Shadow(_message.Message):
    __slots__ = ("blur", "saturation", "x_offset", "y_offset")
    BLUR_FIELD_NUMBER: _ClassVar[int]
    SATURATION_FIELD_NUMBER: _ClassVar[int]
    X_OFFSET_FIELD_NUMBER: _ClassVar[int]
    Y_OFFSET_FIELD_NUMBER: _ClassVar[int]
    blur: float
    saturation: float
    x_offset: float
    y_offset: float
    def __init__(self, blur: _Optional[float] = ..., saturation: _Optional[float] = ..., x_offset: _Optional[float] = ..., y_offset: _Optional[float] = ...) -> None: ...

class DropShadow(_message.Message):
    __slots__ = ("azimuth", "elevation", "saturation")
    AZIMUTH_FIELD_NUMBER: _ClassVar[int]
    ELEVATION_FIELD_NUMBER: _ClassVar[int]
    SATURATION_FIELD_NUMBER: _ClassVar[int]
    azimuth: float
    elevation: float
    saturation: float
    def __init__(self, azimuth: _Optional[float] = ..., elevation: _Optional[float] = ..., saturation: _Optional[float] = ...) -> None: ...

class Gradient(_message.Message):
    __slots__ = ("direction", "direction_degrees", "from_color", "to_color", "stop_point", "stop_point_expression")
    DIRECTION_FIELD_NUMBER: _ClassVar[int]
    DIRECTION_DEGREES_FIELD_NUMBER: _ClassVar[int]
    FROM_COLOR_FIELD_NUMBER: _ClassVar[int]
    TO_COLOR_FIELD_NUMBER: _ClassVar[int]
    STOP_POINT_FIELD_NUMBER: _ClassVar[int]
    STOP_POINT_EXPRESSION_FIELD_NUMBER: _ClassVar[int]
    direction: GradientDirection
    direction_degrees: float
    from_color: str
    to_color: str
    stop_point: float
    stop_point_expression: str
    def __init__(self, direction: _Optional[_Union[GradientDirection, str]] = ..., direction_degrees: _Optional[float] = ..., from_color: _Optional[str] = ..., to_color: _Optional[str] = ..., stop_point: _Optional[float] = ..., stop_point_expression: _Optional[str] = ...) -> None: ...

class Colorize(_message.Message):
    __slots__ = ("color", "intensity")
    COLOR_FIELD_NUMBER: _ClassVar[int]
    INTENSITY_FIELD_NUMBER: _ClassVar[int]
    color: str
    intensity: float
    def __init__(self, color: _Optional[str] = ..., intensity: _Optional[float] = ...) -> None: ...

class ColorReplace(_message.Message):
    __slots__ = ("to_color", "tolerance", "from_color")
    TO_COLOR_FIELD_NUMBER: _ClassVar[int]
    TOLERANCE_FIELD_NUMBER: _ClassVar[int]
    FROM_COLOR_FIELD_NUMBER: _ClassVar[int]
    to_color: str
    tolerance: float
    from_color: str
    def __init__(self, to_color: _Optional[str] = ..., tolerance: _Optional[float] = ..., from_color: _Optional[str] = ...) -> None: ...

class Perspective(_message.Message):
    __slots__ = ("top_left", "top_right", "bottom_right", "bottom_left")
    TOP_LEFT_FIELD_NUMBER: _ClassVar[int]
    TOP_RIGHT_FIELD_NUMBER: _ClassVar[int]
    BOTTOM_RIGHT_FIELD_NUMBER: _ClassVar[int]
    BOTTOM_LEFT_FIELD_NUMBER: _ClassVar[int]
    top_left: Point
    top_right: Point
    bottom_right: Point
    bottom_left: Point
    def __init__(self, top_left: _Optional[_Union[Point, _Mapping]] = ..., top_right: _Optional[_Union[Point, _Mapping]] = ..., bottom_right: _Optional[_Union[Point, _Mapping]] = ..., bottom_left: _Optional[_Union[Point, _Mapping]] = ...) -> None: ...

class Point(_message.Message):
    __slots__ = ("x", "y")
    X_FIELD_NUMBER: _ClassVar[int]
    Y_FIELD_NUMBER: _ClassVar[int]
    x: int
    y: int
    def __init__(self, x: _Optional[int] = ..., y: _Optional[int] = ...) -> None: ...
