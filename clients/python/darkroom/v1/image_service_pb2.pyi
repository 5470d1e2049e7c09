import datetime

from darkroom.v1 import error_reason_pb2 as _error_reason_pb2
from darkroom.v1 import pipeline_pb2 as _pipeline_pb2
from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class SignatureState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SIGNATURE_STATE_UNSPECIFIED: _ClassVar[SignatureState]
    SIGNATURE_STATE_MISSING: _ClassVar[SignatureState]
    SIGNATURE_STATE_VALID: _ClassVar[SignatureState]
    SIGNATURE_STATE_INVALID: _ClassVar[SignatureState]
    SIGNATURE_STATE_EXPIRED: _ClassVar[SignatureState]
SIGNATURE_STATE_UNSPECIFIED: SignatureState
SIGNATURE_STATE_MISSING: SignatureState
SIGNATURE_STATE_VALID: SignatureState
SIGNATURE_STATE_INVALID: SignatureState
SIGNATURE_STATE_EXPIRED: SignatureState

class ImageSource(_message.Message):
    __slots__ = ("endpoint_path", "origin_path", "data", "delivery_url")
    ENDPOINT_PATH_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_PATH_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    DELIVERY_URL_FIELD_NUMBER: _ClassVar[int]
    endpoint_path: EndpointPath
    origin_path: OriginPath
    data: bytes
    delivery_url: DeliveryUrl
    def __init__(self, endpoint_path: _Optional[_Union[EndpointPath, _Mapping]] = ..., origin_path: _Optional[_Union[OriginPath, _Mapping]] = ..., data: _Optional[bytes] = ..., delivery_url: _Optional[_Union[DeliveryUrl, _Mapping]] = ...) -> None: ...

class EndpointPath(_message.Message):
    __slots__ = ("url_endpoint", "path", "query")
    URL_ENDPOINT_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    QUERY_FIELD_NUMBER: _ClassVar[int]
    url_endpoint: str
    path: str
    query: str
    def __init__(self, url_endpoint: _Optional[str] = ..., path: _Optional[str] = ..., query: _Optional[str] = ...) -> None: ...

class OriginPath(_message.Message):
    __slots__ = ("origin", "path", "query")
    ORIGIN_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    QUERY_FIELD_NUMBER: _ClassVar[int]
    origin: str
    path: str
    query: str
    def __init__(self, origin: _Optional[str] = ..., path: _Optional[str] = ..., query: _Optional[str] = ...) -> None: ...

class DeliveryUrl(_message.Message):
    __slots__ = ("host", "target")
    HOST_FIELD_NUMBER: _ClassVar[int]
    TARGET_FIELD_NUMBER: _ClassVar[int]
    host: str
    target: str
    def __init__(self, host: _Optional[str] = ..., target: _Optional[str] = ...) -> None: ...

class FetchImageRequest(_message.Message):
    __slots__ = ("image", "if_none_match")
    IMAGE_FIELD_NUMBER: _ClassVar[int]
    IF_NONE_MATCH_FIELD_NUMBER: _ClassVar[int]
    image: ImageSource
    if_none_match: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, image: _Optional[_Union[ImageSource, _Mapping]] = ..., if_none_match: _Optional[_Iterable[str]] = ...) -> None: ...

class FetchImageResponse(_message.Message):
    __slots__ = ("source_image", "data")
    SOURCE_IMAGE_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    source_image: SourceImage
    data: bytes
    def __init__(self, source_image: _Optional[_Union[SourceImage, _Mapping]] = ..., data: _Optional[bytes] = ...) -> None: ...

class SourceImage(_message.Message):
    __slots__ = ("origin", "media_type", "size_bytes", "etag", "modify_time", "not_modified")
    ORIGIN_FIELD_NUMBER: _ClassVar[int]
    MEDIA_TYPE_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    MODIFY_TIME_FIELD_NUMBER: _ClassVar[int]
    NOT_MODIFIED_FIELD_NUMBER: _ClassVar[int]
    origin: str
    media_type: str
    size_bytes: int
    etag: str
    modify_time: _timestamp_pb2.Timestamp
    not_modified: bool
    def __init__(self, origin: _Optional[str] = ..., media_type: _Optional[str] = ..., size_bytes: _Optional[int] = ..., etag: _Optional[str] = ..., modify_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., not_modified: _Optional[bool] = ...) -> None: ...

class TransformImageRequest(_message.Message):
    __slots__ = ("image", "transformation", "pipeline", "accept", "if_none_match", "omit_data", "client_hints")
    IMAGE_FIELD_NUMBER: _ClassVar[int]
    TRANSFORMATION_FIELD_NUMBER: _ClassVar[int]
    PIPELINE_FIELD_NUMBER: _ClassVar[int]
    ACCEPT_FIELD_NUMBER: _ClassVar[int]
    IF_NONE_MATCH_FIELD_NUMBER: _ClassVar[int]
    OMIT_DATA_FIELD_NUMBER: _ClassVar[int]
    CLIENT_HINTS_FIELD_NUMBER: _ClassVar[int]
    image: ImageSource
    transformation: str
    pipeline: _pipeline_pb2.Pipeline
    accept: str
    if_none_match: _containers.RepeatedScalarFieldContainer[str]
    omit_data: bool
    client_hints: ClientHints
    def __init__(self, image: _Optional[_Union[ImageSource, _Mapping]] = ..., transformation: _Optional[str] = ..., pipeline: _Optional[_Union[_pipeline_pb2.Pipeline, _Mapping]] = ..., accept: _Optional[str] = ..., if_none_match: _Optional[_Iterable[str]] = ..., omit_data: _Optional[bool] = ..., client_hints: _Optional[_Union[ClientHints, _Mapping]] = ...) -> None: ...

class ClientHints(_message.Message):
    __slots__ = ("width_px", "device_pixel_ratio")
    WIDTH_PX_FIELD_NUMBER: _ClassVar[int]
    DEVICE_PIXEL_RATIO_FIELD_NUMBER: _ClassVar[int]
    width_px: float
    device_pixel_ratio: float
    def __init__(self, width_px: _Optional[float] = ..., device_pixel_ratio: _Optional[float] = ...) -> None: ...

class TransformImageResponse(_message.Message):
    __slots__ = ("rendition", "data")
    RENDITION_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    rendition: Rendition
    data: bytes
    def __init__(self, rendition: _Optional[_Union[Rendition, _Mapping]] = ..., data: _Optional[bytes] = ...) -> None: ...

class Rendition(_message.Message):
    __slots__ = ("media_type", "size_bytes", "etag", "max_age", "vary", "not_modified", "width_px", "height_px", "transformation", "url_endpoint", "origin", "file_name", "canonical_url", "cached", "timings", "warnings", "modify_time", "default_image", "content_dpr")
    MEDIA_TYPE_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    MAX_AGE_FIELD_NUMBER: _ClassVar[int]
    VARY_FIELD_NUMBER: _ClassVar[int]
    NOT_MODIFIED_FIELD_NUMBER: _ClassVar[int]
    WIDTH_PX_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_PX_FIELD_NUMBER: _ClassVar[int]
    TRANSFORMATION_FIELD_NUMBER: _ClassVar[int]
    URL_ENDPOINT_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_FIELD_NUMBER: _ClassVar[int]
    FILE_NAME_FIELD_NUMBER: _ClassVar[int]
    CANONICAL_URL_FIELD_NUMBER: _ClassVar[int]
    CACHED_FIELD_NUMBER: _ClassVar[int]
    TIMINGS_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    MODIFY_TIME_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_IMAGE_FIELD_NUMBER: _ClassVar[int]
    CONTENT_DPR_FIELD_NUMBER: _ClassVar[int]
    media_type: str
    size_bytes: int
    etag: str
    max_age: _duration_pb2.Duration
    vary: _containers.RepeatedScalarFieldContainer[str]
    not_modified: bool
    width_px: int
    height_px: int
    transformation: str
    url_endpoint: str
    origin: str
    file_name: str
    canonical_url: str
    cached: bool
    timings: _containers.RepeatedCompositeFieldContainer[Timing]
    warnings: _containers.RepeatedScalarFieldContainer[str]
    modify_time: _timestamp_pb2.Timestamp
    default_image: bool
    content_dpr: float
    def __init__(self, media_type: _Optional[str] = ..., size_bytes: _Optional[int] = ..., etag: _Optional[str] = ..., max_age: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., vary: _Optional[_Iterable[str]] = ..., not_modified: _Optional[bool] = ..., width_px: _Optional[int] = ..., height_px: _Optional[int] = ..., transformation: _Optional[str] = ..., url_endpoint: _Optional[str] = ..., origin: _Optional[str] = ..., file_name: _Optional[str] = ..., canonical_url: _Optional[str] = ..., cached: _Optional[bool] = ..., timings: _Optional[_Iterable[_Union[Timing, _Mapping]]] = ..., warnings: _Optional[_Iterable[str]] = ..., modify_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., default_image: _Optional[bool] = ..., content_dpr: _Optional[float] = ...) -> None: ...

class Timing(_message.Message):
    __slots__ = ("name", "duration")
    NAME_FIELD_NUMBER: _ClassVar[int]
    DURATION_FIELD_NUMBER: _ClassVar[int]
    name: str
    duration: _duration_pb2.Duration
    def __init__(self, name: _Optional[str] = ..., duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class BatchTransformImageRequest(_message.Message):
    __slots__ = ("image", "transformations", "accept", "pipelines", "if_none_match", "omit_data", "client_hints")
    IMAGE_FIELD_NUMBER: _ClassVar[int]
    TRANSFORMATIONS_FIELD_NUMBER: _ClassVar[int]
    ACCEPT_FIELD_NUMBER: _ClassVar[int]
    PIPELINES_FIELD_NUMBER: _ClassVar[int]
    IF_NONE_MATCH_FIELD_NUMBER: _ClassVar[int]
    OMIT_DATA_FIELD_NUMBER: _ClassVar[int]
    CLIENT_HINTS_FIELD_NUMBER: _ClassVar[int]
    image: ImageSource
    transformations: _containers.RepeatedScalarFieldContainer[str]
    accept: str
    pipelines: _containers.RepeatedCompositeFieldContainer[_pipeline_pb2.Pipeline]
    if_none_match: _containers.RepeatedScalarFieldContainer[str]
    omit_data: bool
    client_hints: ClientHints
    def __init__(self, image: _Optional[_Union[ImageSource, _Mapping]] = ..., transformations: _Optional[_Iterable[str]] = ..., accept: _Optional[str] = ..., pipelines: _Optional[_Iterable[_Union[_pipeline_pb2.Pipeline, _Mapping]]] = ..., if_none_match: _Optional[_Iterable[str]] = ..., omit_data: _Optional[bool] = ..., client_hints: _Optional[_Union[ClientHints, _Mapping]] = ...) -> None: ...

class BatchTransformImageResponse(_message.Message):
    __slots__ = ("index", "rendition", "data", "error")
    INDEX_FIELD_NUMBER: _ClassVar[int]
    RENDITION_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    index: int
    rendition: Rendition
    data: bytes
    error: RenditionError
    def __init__(self, index: _Optional[int] = ..., rendition: _Optional[_Union[Rendition, _Mapping]] = ..., data: _Optional[bytes] = ..., error: _Optional[_Union[RenditionError, _Mapping]] = ...) -> None: ...

class RenditionError(_message.Message):
    __slots__ = ("code", "reason", "message", "metadata", "retry_delay")
    class MetadataEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    CODE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    RETRY_DELAY_FIELD_NUMBER: _ClassVar[int]
    code: int
    reason: _error_reason_pb2.ErrorReason
    message: str
    metadata: _containers.ScalarMap[str, str]
    retry_delay: _duration_pb2.Duration
    def __init__(self, code: _Optional[int] = ..., reason: _Optional[_Union[_error_reason_pb2.ErrorReason, str]] = ..., message: _Optional[str] = ..., metadata: _Optional[_Mapping[str, str]] = ..., retry_delay: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class GetImageMetadataRequest(_message.Message):
    __slots__ = ("image",)
    IMAGE_FIELD_NUMBER: _ClassVar[int]
    image: ImageSource
    def __init__(self, image: _Optional[_Union[ImageSource, _Mapping]] = ...) -> None: ...

class ImageMetadata(_message.Message):
    __slots__ = ("width_px", "height_px", "media_type", "size_bytes", "frame_count", "has_color_profile", "has_transparency", "density", "orientation", "quality", "format")
    WIDTH_PX_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_PX_FIELD_NUMBER: _ClassVar[int]
    MEDIA_TYPE_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    FRAME_COUNT_FIELD_NUMBER: _ClassVar[int]
    HAS_COLOR_PROFILE_FIELD_NUMBER: _ClassVar[int]
    HAS_TRANSPARENCY_FIELD_NUMBER: _ClassVar[int]
    DENSITY_FIELD_NUMBER: _ClassVar[int]
    ORIENTATION_FIELD_NUMBER: _ClassVar[int]
    QUALITY_FIELD_NUMBER: _ClassVar[int]
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    width_px: int
    height_px: int
    media_type: str
    size_bytes: int
    frame_count: int
    has_color_profile: bool
    has_transparency: bool
    density: int
    orientation: int
    quality: int
    format: str
    def __init__(self, width_px: _Optional[int] = ..., height_px: _Optional[int] = ..., media_type: _Optional[str] = ..., size_bytes: _Optional[int] = ..., frame_count: _Optional[int] = ..., has_color_profile: _Optional[bool] = ..., has_transparency: _Optional[bool] = ..., density: _Optional[int] = ..., orientation: _Optional[int] = ..., quality: _Optional[int] = ..., format: _Optional[str] = ...) -> None: ...

class ExplainDeliveryRequest(_message.Message):
    __slots__ = ("delivery_url", "accept", "client_hints")
    DELIVERY_URL_FIELD_NUMBER: _ClassVar[int]
    ACCEPT_FIELD_NUMBER: _ClassVar[int]
    CLIENT_HINTS_FIELD_NUMBER: _ClassVar[int]
    delivery_url: DeliveryUrl
    accept: str
    client_hints: ClientHints
    def __init__(self, delivery_url: _Optional[_Union[DeliveryUrl, _Mapping]] = ..., accept: _Optional[str] = ..., client_hints: _Optional[_Union[ClientHints, _Mapping]] = ...) -> None: ...

class ExplainDeliveryResponse(_message.Message):
    __slots__ = ("url_endpoint", "url_endpoint_match", "path", "query", "transformation", "origin_attempts", "outcome", "cached", "signature")
    URL_ENDPOINT_FIELD_NUMBER: _ClassVar[int]
    URL_ENDPOINT_MATCH_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    QUERY_FIELD_NUMBER: _ClassVar[int]
    TRANSFORMATION_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    CACHED_FIELD_NUMBER: _ClassVar[int]
    SIGNATURE_FIELD_NUMBER: _ClassVar[int]
    url_endpoint: str
    url_endpoint_match: str
    path: str
    query: str
    transformation: str
    origin_attempts: _containers.RepeatedCompositeFieldContainer[OriginAttempt]
    outcome: Outcome
    cached: bool
    signature: SignatureCheck
    def __init__(self, url_endpoint: _Optional[str] = ..., url_endpoint_match: _Optional[str] = ..., path: _Optional[str] = ..., query: _Optional[str] = ..., transformation: _Optional[str] = ..., origin_attempts: _Optional[_Iterable[_Union[OriginAttempt, _Mapping]]] = ..., outcome: _Optional[_Union[Outcome, _Mapping]] = ..., cached: _Optional[bool] = ..., signature: _Optional[_Union[SignatureCheck, _Mapping]] = ...) -> None: ...

class SignatureCheck(_message.Message):
    __slots__ = ("state", "required", "signed_text", "expire_time")
    STATE_FIELD_NUMBER: _ClassVar[int]
    REQUIRED_FIELD_NUMBER: _ClassVar[int]
    SIGNED_TEXT_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    state: SignatureState
    required: bool
    signed_text: str
    expire_time: _timestamp_pb2.Timestamp
    def __init__(self, state: _Optional[_Union[SignatureState, str]] = ..., required: _Optional[bool] = ..., signed_text: _Optional[str] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class OriginAttempt(_message.Message):
    __slots__ = ("origin", "display_name", "found", "reason", "message", "duration", "media_type", "size_bytes")
    ORIGIN_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    FOUND_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    DURATION_FIELD_NUMBER: _ClassVar[int]
    MEDIA_TYPE_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    origin: str
    display_name: str
    found: bool
    reason: _error_reason_pb2.ErrorReason
    message: str
    duration: _duration_pb2.Duration
    media_type: str
    size_bytes: int
    def __init__(self, origin: _Optional[str] = ..., display_name: _Optional[str] = ..., found: _Optional[bool] = ..., reason: _Optional[_Union[_error_reason_pb2.ErrorReason, str]] = ..., message: _Optional[str] = ..., duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., media_type: _Optional[str] = ..., size_bytes: _Optional[int] = ...) -> None: ...

class Outcome(_message.Message):
    __slots__ = ("delivered", "media_type", "reason", "message")
    DELIVERED_FIELD_NUMBER: _ClassVar[int]
    MEDIA_TYPE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    delivered: bool
    media_type: str
    reason: _error_reason_pb2.ErrorReason
    message: str
    def __init__(self, delivered: _Optional[bool] = ..., media_type: _Optional[str] = ..., reason: _Optional[_Union[_error_reason_pb2.ErrorReason, str]] = ..., message: _Optional[str] = ...) -> None: ...

class SignUrlsRequest(_message.Message):
    __slots__ = ("urls", "expire_time")
    URLS_FIELD_NUMBER: _ClassVar[int]
    EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    urls: _containers.RepeatedScalarFieldContainer[str]
    expire_time: _timestamp_pb2.Timestamp
    def __init__(self, urls: _Optional[_Iterable[str]] = ..., expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class SignUrlsResponse(_message.Message):
    __slots__ = ("urls",)
    URLS_FIELD_NUMBER: _ClassVar[int]
    urls: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, urls: _Optional[_Iterable[str]] = ...) -> None: ...
