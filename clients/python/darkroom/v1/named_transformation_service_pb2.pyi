import datetime

from google.protobuf import empty_pb2 as _empty_pb2
from google.protobuf import field_mask_pb2 as _field_mask_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class NamedTransformation(_message.Message):
    __slots__ = ("name", "transformation", "disabled", "create_time", "update_time", "etag", "uid")
    NAME_FIELD_NUMBER: _ClassVar[int]
    TRANSFORMATION_FIELD_NUMBER: _ClassVar[int]
    DISABLED_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    UID_FIELD_NUMBER: _ClassVar[int]
    name: str
    transformation: str
    disabled: bool
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    etag: str
    uid: str
    def __init__(self, name: _Optional[str] = ..., transformation: _Optional[str] = ..., disabled: _Optional[bool] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., etag: _Optional[str] = ..., uid: _Optional[str] = ...) -> None: ...

class ListNamedTransformationsRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListNamedTransformationsResponse(_message.Message):
    __slots__ = ("named_transformations", "next_page_token")
    NAMED_TRANSFORMATIONS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    named_transformations: _containers.RepeatedCompositeFieldContainer[NamedTransformation]
    next_page_token: str
    def __init__(self, named_transformations: _Optional[_Iterable[_Union[NamedTransformation, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class GetNamedTransformationRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class CreateNamedTransformationRequest(_message.Message):
    __slots__ = ("named_transformation", "named_transformation_id", "validate_only")
    NAMED_TRANSFORMATION_FIELD_NUMBER: _ClassVar[int]
    NAMED_TRANSFORMATION_ID_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    named_transformation: NamedTransformation
    named_transformation_id: str
    validate_only: bool
    def __init__(self, named_transformation: _Optional[_Union[NamedTransformation, _Mapping]] = ..., named_transformation_id: _Optional[str] = ..., validate_only: _Optional[bool] = ...) -> None: ...

class UpdateNamedTransformationRequest(_message.Message):
    __slots__ = ("named_transformation", "update_mask", "validate_only", "new_named_transformation_id")
    NAMED_TRANSFORMATION_FIELD_NUMBER: _ClassVar[int]
    UPDATE_MASK_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    NEW_NAMED_TRANSFORMATION_ID_FIELD_NUMBER: _ClassVar[int]
    named_transformation: NamedTransformation
    update_mask: _field_mask_pb2.FieldMask
    validate_only: bool
    new_named_transformation_id: str
    def __init__(self, named_transformation: _Optional[_Union[NamedTransformation, _Mapping]] = ..., update_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ..., validate_only: _Optional[bool] = ..., new_named_transformation_id: _Optional[str] = ...) -> None: ...

class DeleteNamedTransformationRequest(_message.Message):
    __slots__ = ("name", "etag")
    NAME_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    name: str
    etag: str
    def __init__(self, name: _Optional[str] = ..., etag: _Optional[str] = ...) -> None: ...
