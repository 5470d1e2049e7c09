import datetime

from google.protobuf import empty_pb2 as _empty_pb2
from google.protobuf import field_mask_pb2 as _field_mask_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class UnknownParameters(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    UNKNOWN_PARAMETERS_UNSPECIFIED: _ClassVar[UnknownParameters]
    UNKNOWN_PARAMETERS_REJECT: _ClassVar[UnknownParameters]
    UNKNOWN_PARAMETERS_IGNORE: _ClassVar[UnknownParameters]

class Profile(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PROFILE_UNSPECIFIED: _ClassVar[Profile]
    PROFILE_DEFAULT: _ClassVar[Profile]
    PROFILE_SPEED: _ClassVar[Profile]
UNKNOWN_PARAMETERS_UNSPECIFIED: UnknownParameters
UNKNOWN_PARAMETERS_REJECT: UnknownParameters
UNKNOWN_PARAMETERS_IGNORE: UnknownParameters
PROFILE_UNSPECIFIED: Profile
PROFILE_DEFAULT: Profile
PROFILE_SPEED: Profile

class UrlEndpoint(_message.Message):
    __slots__ = ("name", "description", "url_prefix", "hosts", "origins", "restrict_unsigned", "restrict_unnamed", "unknown_parameters", "default_image", "profile", "create_time", "update_time", "etag")
    NAME_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    URL_PREFIX_FIELD_NUMBER: _ClassVar[int]
    HOSTS_FIELD_NUMBER: _ClassVar[int]
    ORIGINS_FIELD_NUMBER: _ClassVar[int]
    RESTRICT_UNSIGNED_FIELD_NUMBER: _ClassVar[int]
    RESTRICT_UNNAMED_FIELD_NUMBER: _ClassVar[int]
    UNKNOWN_PARAMETERS_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_IMAGE_FIELD_NUMBER: _ClassVar[int]
    PROFILE_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    name: str
    description: str
    url_prefix: str
    hosts: _containers.RepeatedScalarFieldContainer[str]
    origins: _containers.RepeatedScalarFieldContainer[str]
    restrict_unsigned: bool
    restrict_unnamed: bool
    unknown_parameters: UnknownParameters
    default_image: str
    profile: Profile
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    etag: str
    def __init__(self, name: _Optional[str] = ..., description: _Optional[str] = ..., url_prefix: _Optional[str] = ..., hosts: _Optional[_Iterable[str]] = ..., origins: _Optional[_Iterable[str]] = ..., restrict_unsigned: _Optional[bool] = ..., restrict_unnamed: _Optional[bool] = ..., unknown_parameters: _Optional[_Union[UnknownParameters, str]] = ..., default_image: _Optional[str] = ..., profile: _Optional[_Union[Profile, str]] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., etag: _Optional[str] = ...) -> None: ...

class ListUrlEndpointsRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListUrlEndpointsResponse(_message.Message):
    __slots__ = ("url_endpoints", "next_page_token")
    URL_ENDPOINTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    url_endpoints: _containers.RepeatedCompositeFieldContainer[UrlEndpoint]
    next_page_token: str
    def __init__(self, url_endpoints: _Optional[_Iterable[_Union[UrlEndpoint, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class GetUrlEndpointRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class CreateUrlEndpointRequest(_message.Message):
    __slots__ = ("url_endpoint", "url_endpoint_id", "validate_only")
    URL_ENDPOINT_FIELD_NUMBER: _ClassVar[int]
    URL_ENDPOINT_ID_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    url_endpoint: UrlEndpoint
    url_endpoint_id: str
    validate_only: bool
    def __init__(self, url_endpoint: _Optional[_Union[UrlEndpoint, _Mapping]] = ..., url_endpoint_id: _Optional[str] = ..., validate_only: _Optional[bool] = ...) -> None: ...

class UpdateUrlEndpointRequest(_message.Message):
    __slots__ = ("url_endpoint", "update_mask", "validate_only")
    URL_ENDPOINT_FIELD_NUMBER: _ClassVar[int]
    UPDATE_MASK_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    url_endpoint: UrlEndpoint
    update_mask: _field_mask_pb2.FieldMask
    validate_only: bool
    def __init__(self, url_endpoint: _Optional[_Union[UrlEndpoint, _Mapping]] = ..., update_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ..., validate_only: _Optional[bool] = ...) -> None: ...

class DeleteUrlEndpointRequest(_message.Message):
    __slots__ = ("name", "etag")
    NAME_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    name: str
    etag: str
    def __init__(self, name: _Optional[str] = ..., etag: _Optional[str] = ...) -> None: ...
