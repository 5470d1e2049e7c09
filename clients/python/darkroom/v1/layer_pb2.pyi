from darkroom.v1 import parameter_pb2 as _parameter_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class InnerAlignment(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    INNER_ALIGNMENT_UNSPECIFIED: _ClassVar[InnerAlignment]
    INNER_ALIGNMENT_LEFT: _ClassVar[InnerAlignment]
    INNER_ALIGNMENT_RIGHT: _ClassVar[InnerAlignment]
    INNER_ALIGNMENT_CENTER: _ClassVar[InnerAlignment]

class Typography(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TYPOGRAPHY_UNSPECIFIED: _ClassVar[Typography]
    TYPOGRAPHY_BOLD: _ClassVar[Typography]
    TYPOGRAPHY_ITALIC: _ClassVar[Typography]
    TYPOGRAPHY_STRIKETHROUGH: _ClassVar[Typography]

class LayerPlace(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LAYER_PLACE_UNSPECIFIED: _ClassVar[LayerPlace]
    LAYER_PLACE_CENTER: _ClassVar[LayerPlace]
    LAYER_PLACE_TOP: _ClassVar[LayerPlace]
    LAYER_PLACE_LEFT: _ClassVar[LayerPlace]
    LAYER_PLACE_BOTTOM: _ClassVar[LayerPlace]
    LAYER_PLACE_RIGHT: _ClassVar[LayerPlace]
    LAYER_PLACE_TOP_LEFT: _ClassVar[LayerPlace]
    LAYER_PLACE_TOP_RIGHT: _ClassVar[LayerPlace]
    LAYER_PLACE_BOTTOM_LEFT: _ClassVar[LayerPlace]
    LAYER_PLACE_BOTTOM_RIGHT: _ClassVar[LayerPlace]

class LayerMode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LAYER_MODE_UNSPECIFIED: _ClassVar[LayerMode]
    LAYER_MODE_MULTIPLY: _ClassVar[LayerMode]
    LAYER_MODE_CUTTER: _ClassVar[LayerMode]
    LAYER_MODE_CUTOUT: _ClassVar[LayerMode]
    LAYER_MODE_DISPLACE: _ClassVar[LayerMode]
INNER_ALIGNMENT_UNSPECIFIED: InnerAlignment
INNER_ALIGNMENT_LEFT: InnerAlignment
INNER_ALIGNMENT_RIGHT: InnerAlignment
INNER_ALIGNMENT_CENTER: InnerAlignment
TYPOGRAPHY_UNSPECIFIED: Typography
TYPOGRAPHY_BOLD: Typography
TYPOGRAPHY_ITALIC: Typography
TYPOGRAPHY_STRIKETHROUGH: Typography
LAYER_PLACE_UNSPECIFIED: LayerPlace
LAYER_PLACE_CENTER: LayerPlace
LAYER_PLACE_TOP: LayerPlace
LAYER_PLACE_LEFT: LayerPlace
LAYER_PLACE_BOTTOM: LayerPlace
LAYER_PLACE_RIGHT: LayerPlace
LAYER_PLACE_TOP_LEFT: LayerPlace
LAYER_PLACE_TOP_RIGHT: LayerPlace
LAYER_PLACE_BOTTOM_LEFT: LayerPlace
LAYER_PLACE_BOTTOM_RIGHT: LayerPlace
LAYER_MODE_UNSPECIFIED: LayerMode
LAYER_MODE_MULTIPLY: LayerMode
LAYER_MODE_CUTTER: LayerMode
LAYER_MODE_CUTOUT: LayerMode
LAYER_MODE_DISPLACE: LayerMode

class ImageLayer(_message.Message):
    __slots__ = ("input",)
    INPUT_FIELD_NUMBER: _ClassVar[int]
    input: str
    def __init__(self, input: _Optional[str] = ...) -> None: ...

class TextLayer(_message.Message):
    __slots__ = ("text", "font_size", "font_size_expression", "font_family", "font_color", "inner_alignment", "padding", "padding_expression", "alpha", "typography", "line_height", "line_height_expression", "width", "width_expression", "background")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    FONT_SIZE_FIELD_NUMBER: _ClassVar[int]
    FONT_SIZE_EXPRESSION_FIELD_NUMBER: _ClassVar[int]
    FONT_FAMILY_FIELD_NUMBER: _ClassVar[int]
    FONT_COLOR_FIELD_NUMBER: _ClassVar[int]
    INNER_ALIGNMENT_FIELD_NUMBER: _ClassVar[int]
    PADDING_FIELD_NUMBER: _ClassVar[int]
    PADDING_EXPRESSION_FIELD_NUMBER: _ClassVar[int]
    ALPHA_FIELD_NUMBER: _ClassVar[int]
    TYPOGRAPHY_FIELD_NUMBER: _ClassVar[int]
    LINE_HEIGHT_FIELD_NUMBER: _ClassVar[int]
    LINE_HEIGHT_EXPRESSION_FIELD_NUMBER: _ClassVar[int]
    WIDTH_FIELD_NUMBER: _ClassVar[int]
    WIDTH_EXPRESSION_FIELD_NUMBER: _ClassVar[int]
    BACKGROUND_FIELD_NUMBER: _ClassVar[int]
    text: str
    font_size: float
    font_size_expression: str
    font_family: str
    font_color: str
    inner_alignment: InnerAlignment
    padding: _containers.RepeatedScalarFieldContainer[float]
    padding_expression: str
    alpha: int
    typography: _containers.RepeatedScalarFieldContainer[Typography]
    line_height: float
    line_height_expression: str
    width: float
    width_expression: str
    background: str
    def __init__(self, text: _Optional[str] = ..., font_size: _Optional[float] = ..., font_size_expression: _Optional[str] = ..., font_family: _Optional[str] = ..., font_color: _Optional[str] = ..., inner_alignment: _Optional[_Union[InnerAlignment, str]] = ..., padding: _Optional[_Iterable[float]] = ..., padding_expression: _Optional[str] = ..., alpha: _Optional[int] = ..., typography: _Optional[_Iterable[_Union[Typography, str]]] = ..., line_height: _Optional[float] = ..., line_height_expression: _Optional[str] = ..., width: _Optional[float] = ..., width_expression: _Optional[str] = ..., background: _Optional[str] = ...) -> None: ...

class CanvasLayer(_message.Message):
    __slots__ = ("color", "width", "width_expression", "height", "height_expression", "alpha")
    COLOR_FIELD_NUMBER: _ClassVar[int]
    WIDTH_FIELD_NUMBER: _ClassVar[int]
    WIDTH_EXPRESSION_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_EXPRESSION_FIELD_NUMBER: _ClassVar[int]
    ALPHA_FIELD_NUMBER: _ClassVar[int]
    color: str
    width: float
    width_expression: str
    height: float
    height_expression: str
    alpha: int
    def __init__(self, color: _Optional[str] = ..., width: _Optional[float] = ..., width_expression: _Optional[str] = ..., height: _Optional[float] = ..., height_expression: _Optional[str] = ..., alpha: _Optional[int] = ...) -> None: ...

class LayerPosition(_message.Message):
    __slots__ = ("x", "x_expression", "y", "y_expression", "x_center", "x_center_expression", "y_center", "y_center_expression", "anchor_point", "focus")
    X_FIELD_NUMBER: _ClassVar[int]
    X_EXPRESSION_FIELD_NUMBER: _ClassVar[int]
    Y_FIELD_NUMBER: _ClassVar[int]
    Y_EXPRESSION_FIELD_NUMBER: _ClassVar[int]
    X_CENTER_FIELD_NUMBER: _ClassVar[int]
    X_CENTER_EXPRESSION_FIELD_NUMBER: _ClassVar[int]
    Y_CENTER_FIELD_NUMBER: _ClassVar[int]
    Y_CENTER_EXPRESSION_FIELD_NUMBER: _ClassVar[int]
    ANCHOR_POINT_FIELD_NUMBER: _ClassVar[int]
    FOCUS_FIELD_NUMBER: _ClassVar[int]
    x: float
    x_expression: str
    y: float
    y_expression: str
    x_center: float
    x_center_expression: str
    y_center: float
    y_center_expression: str
    anchor_point: LayerPlace
    focus: LayerPlace
    def __init__(self, x: _Optional[float] = ..., x_expression: _Optional[str] = ..., y: _Optional[float] = ..., y_expression: _Optional[str] = ..., x_center: _Optional[float] = ..., x_center_expression: _Optional[str] = ..., y_center: _Optional[float] = ..., y_center_expression: _Optional[str] = ..., anchor_point: _Optional[_Union[LayerPlace, str]] = ..., focus: _Optional[_Union[LayerPlace, str]] = ...) -> None: ...
