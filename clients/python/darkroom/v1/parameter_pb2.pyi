from google.protobuf import descriptor_pb2 as _descriptor_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from typing import ClassVar as _ClassVar

DESCRIPTOR: _descriptor.FileDescriptor

class TextForm(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TEXT_FORM_UNSPECIFIED: _ClassVar[TextForm]
    TEXT_FORM_EXPRESSION: _ClassVar[TextForm]
    TEXT_FORM_COLOR: _ClassVar[TextForm]
    TEXT_FORM_NAME: _ClassVar[TextForm]
    TEXT_FORM_PATH: _ClassVar[TextForm]
    TEXT_FORM_PLAIN: _ClassVar[TextForm]
TEXT_FORM_UNSPECIFIED: TextForm
TEXT_FORM_EXPRESSION: TextForm
TEXT_FORM_COLOR: TextForm
TEXT_FORM_NAME: TextForm
TEXT_FORM_PATH: TextForm
TEXT_FORM_PLAIN: TextForm
PARAMETER_FIELD_NUMBER: _ClassVar[int]
parameter: _descriptor.FieldDescriptor
BASE64_PARAMETER_FIELD_NUMBER: _ClassVar[int]
base64_parameter: _descriptor.FieldDescriptor
BARE_FIELD_NUMBER: _ClassVar[int]
bare: _descriptor.FieldDescriptor
LITERAL_FIELD_NUMBER: _ClassVar[int]
literal: _descriptor.FieldDescriptor
SETTING_FIELD_NUMBER: _ClassVar[int]
setting: _descriptor.FieldDescriptor
PLACE_FIELD_NUMBER: _ClassVar[int]
place: _descriptor.FieldDescriptor
PLACEHOLDER_FIELD_NUMBER: _ClassVar[int]
placeholder: _descriptor.FieldDescriptor
REQUIRED_FIELD_NUMBER: _ClassVar[int]
required: _descriptor.FieldDescriptor
SEPARATOR_FIELD_NUMBER: _ClassVar[int]
separator: _descriptor.FieldDescriptor
TEXT_FORM_FIELD_NUMBER: _ClassVar[int]
text_form: _descriptor.FieldDescriptor
LAYER_FIELD_NUMBER: _ClassVar[int]
layer: _descriptor.FieldDescriptor
OWN_STEP_FIELD_NUMBER: _ClassVar[int]
own_step: _descriptor.FieldDescriptor
JOINED_BY_FIELD_NUMBER: _ClassVar[int]
joined_by: _descriptor.FieldDescriptor
WORD_FIELD_NUMBER: _ClassVar[int]
word: _descriptor.FieldDescriptor
