import datetime

from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import empty_pb2 as _empty_pb2
from google.protobuf import field_mask_pb2 as _field_mask_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Origin(_message.Message):
    __slots__ = ("name", "display_name", "gcs", "azure_blob", "s3", "s3_compatible", "web_folder", "web_proxy", "folder", "include_canonical_header", "canonical_base_url", "create_time", "update_time", "etag", "warnings")
    NAME_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    GCS_FIELD_NUMBER: _ClassVar[int]
    AZURE_BLOB_FIELD_NUMBER: _ClassVar[int]
    S3_FIELD_NUMBER: _ClassVar[int]
    S3_COMPATIBLE_FIELD_NUMBER: _ClassVar[int]
    WEB_FOLDER_FIELD_NUMBER: _ClassVar[int]
    WEB_PROXY_FIELD_NUMBER: _ClassVar[int]
    FOLDER_FIELD_NUMBER: _ClassVar[int]
    INCLUDE_CANONICAL_HEADER_FIELD_NUMBER: _ClassVar[int]
    CANONICAL_BASE_URL_FIELD_NUMBER: _ClassVar[int]
    CREATE_TIME_FIELD_NUMBER: _ClassVar[int]
    UPDATE_TIME_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    name: str
    display_name: str
    gcs: GcsLocation
    azure_blob: AzureBlobLocation
    s3: S3Location
    s3_compatible: S3CompatibleLocation
    web_folder: WebFolderLocation
    web_proxy: WebProxyLocation
    folder: FolderLocation
    include_canonical_header: bool
    canonical_base_url: str
    create_time: _timestamp_pb2.Timestamp
    update_time: _timestamp_pb2.Timestamp
    etag: str
    warnings: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, name: _Optional[str] = ..., display_name: _Optional[str] = ..., gcs: _Optional[_Union[GcsLocation, _Mapping]] = ..., azure_blob: _Optional[_Union[AzureBlobLocation, _Mapping]] = ..., s3: _Optional[_Union[S3Location, _Mapping]] = ..., s3_compatible: _Optional[_Union[S3CompatibleLocation, _Mapping]] = ..., web_folder: _Optional[_Union[WebFolderLocation, _Mapping]] = ..., web_proxy: _Optional[_Union[WebProxyLocation, _Mapping]] = ..., folder: _Optional[_Union[FolderLocation, _Mapping]] = ..., include_canonical_header: _Optional[bool] = ..., canonical_base_url: _Optional[str] = ..., create_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., update_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., etag: _Optional[str] = ..., warnings: _Optional[_Iterable[str]] = ...) -> None: ...

class GcsLocation(_message.Message):
    __slots__ = ("bucket", "prefix", "client_email", "private_key", "service_account_key", "endpoint", "private_key_id", "private_key_set")
    BUCKET_FIELD_NUMBER: _ClassVar[int]
    PREFIX_FIELD_NUMBER: _ClassVar[int]
    CLIENT_EMAIL_FIELD_NUMBER: _ClassVar[int]
    PRIVATE_KEY_FIELD_NUMBER: _ClassVar[int]
    SERVICE_ACCOUNT_KEY_FIELD_NUMBER: _ClassVar[int]
    ENDPOINT_FIELD_NUMBER: _ClassVar[int]
    PRIVATE_KEY_ID_FIELD_NUMBER: _ClassVar[int]
    PRIVATE_KEY_SET_FIELD_NUMBER: _ClassVar[int]
    bucket: str
    prefix: str
    client_email: str
    private_key: str
    service_account_key: str
    endpoint: str
    private_key_id: str
    private_key_set: bool
    def __init__(self, bucket: _Optional[str] = ..., prefix: _Optional[str] = ..., client_email: _Optional[str] = ..., private_key: _Optional[str] = ..., service_account_key: _Optional[str] = ..., endpoint: _Optional[str] = ..., private_key_id: _Optional[str] = ..., private_key_set: _Optional[bool] = ...) -> None: ...

class AzureBlobLocation(_message.Message):
    __slots__ = ("account", "container", "prefix", "sas_token", "endpoint", "sas_token_set", "sas_expire_time", "sas_permissions")
    ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    CONTAINER_FIELD_NUMBER: _ClassVar[int]
    PREFIX_FIELD_NUMBER: _ClassVar[int]
    SAS_TOKEN_FIELD_NUMBER: _ClassVar[int]
    ENDPOINT_FIELD_NUMBER: _ClassVar[int]
    SAS_TOKEN_SET_FIELD_NUMBER: _ClassVar[int]
    SAS_EXPIRE_TIME_FIELD_NUMBER: _ClassVar[int]
    SAS_PERMISSIONS_FIELD_NUMBER: _ClassVar[int]
    account: str
    container: str
    prefix: str
    sas_token: str
    endpoint: str
    sas_token_set: bool
    sas_expire_time: _timestamp_pb2.Timestamp
    sas_permissions: str
    def __init__(self, account: _Optional[str] = ..., container: _Optional[str] = ..., prefix: _Optional[str] = ..., sas_token: _Optional[str] = ..., endpoint: _Optional[str] = ..., sas_token_set: _Optional[bool] = ..., sas_expire_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., sas_permissions: _Optional[str] = ...) -> None: ...

class S3Location(_message.Message):
    __slots__ = ("bucket", "prefix", "region", "access_key", "secret_key", "use_iam_role", "endpoint", "keys_set")
    BUCKET_FIELD_NUMBER: _ClassVar[int]
    PREFIX_FIELD_NUMBER: _ClassVar[int]
    REGION_FIELD_NUMBER: _ClassVar[int]
    ACCESS_KEY_FIELD_NUMBER: _ClassVar[int]
    SECRET_KEY_FIELD_NUMBER: _ClassVar[int]
    USE_IAM_ROLE_FIELD_NUMBER: _ClassVar[int]
    ENDPOINT_FIELD_NUMBER: _ClassVar[int]
    KEYS_SET_FIELD_NUMBER: _ClassVar[int]
    bucket: str
    prefix: str
    region: str
    access_key: str
    secret_key: str
    use_iam_role: bool
    endpoint: str
    keys_set: bool
    def __init__(self, bucket: _Optional[str] = ..., prefix: _Optional[str] = ..., region: _Optional[str] = ..., access_key: _Optional[str] = ..., secret_key: _Optional[str] = ..., use_iam_role: _Optional[bool] = ..., endpoint: _Optional[str] = ..., keys_set: _Optional[bool] = ...) -> None: ...

class S3CompatibleLocation(_message.Message):
    __slots__ = ("bucket", "prefix", "endpoint", "region", "access_key", "secret_key", "force_path_style", "keys_set")
    BUCKET_FIELD_NUMBER: _ClassVar[int]
    PREFIX_FIELD_NUMBER: _ClassVar[int]
    ENDPOINT_FIELD_NUMBER: _ClassVar[int]
    REGION_FIELD_NUMBER: _ClassVar[int]
    ACCESS_KEY_FIELD_NUMBER: _ClassVar[int]
    SECRET_KEY_FIELD_NUMBER: _ClassVar[int]
    FORCE_PATH_STYLE_FIELD_NUMBER: _ClassVar[int]
    KEYS_SET_FIELD_NUMBER: _ClassVar[int]
    bucket: str
    prefix: str
    endpoint: str
    region: str
    access_key: str
    secret_key: str
    force_path_style: bool
    keys_set: bool
    def __init__(self, bucket: _Optional[str] = ..., prefix: _Optional[str] = ..., endpoint: _Optional[str] = ..., region: _Optional[str] = ..., access_key: _Optional[str] = ..., secret_key: _Optional[str] = ..., force_path_style: _Optional[bool] = ..., keys_set: _Optional[bool] = ...) -> None: ...

class WebFolderLocation(_message.Message):
    __slots__ = ("base_url", "forward_host_header")
    BASE_URL_FIELD_NUMBER: _ClassVar[int]
    FORWARD_HOST_HEADER_FIELD_NUMBER: _ClassVar[int]
    base_url: str
    forward_host_header: bool
    def __init__(self, base_url: _Optional[str] = ..., forward_host_header: _Optional[bool] = ...) -> None: ...

class WebProxyLocation(_message.Message):
    __slots__ = ("allowed_hosts",)
    ALLOWED_HOSTS_FIELD_NUMBER: _ClassVar[int]
    allowed_hosts: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, allowed_hosts: _Optional[_Iterable[str]] = ...) -> None: ...

class FolderLocation(_message.Message):
    __slots__ = ("path",)
    PATH_FIELD_NUMBER: _ClassVar[int]
    path: str
    def __init__(self, path: _Optional[str] = ...) -> None: ...

class ListOriginsRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListOriginsResponse(_message.Message):
    __slots__ = ("origins", "next_page_token")
    ORIGINS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    origins: _containers.RepeatedCompositeFieldContainer[Origin]
    next_page_token: str
    def __init__(self, origins: _Optional[_Iterable[_Union[Origin, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class GetOriginRequest(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...

class CreateOriginRequest(_message.Message):
    __slots__ = ("origin", "origin_id", "validate_only")
    ORIGIN_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_ID_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    origin: Origin
    origin_id: str
    validate_only: bool
    def __init__(self, origin: _Optional[_Union[Origin, _Mapping]] = ..., origin_id: _Optional[str] = ..., validate_only: _Optional[bool] = ...) -> None: ...

class UpdateOriginRequest(_message.Message):
    __slots__ = ("origin", "update_mask", "validate_only")
    ORIGIN_FIELD_NUMBER: _ClassVar[int]
    UPDATE_MASK_FIELD_NUMBER: _ClassVar[int]
    VALIDATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    origin: Origin
    update_mask: _field_mask_pb2.FieldMask
    validate_only: bool
    def __init__(self, origin: _Optional[_Union[Origin, _Mapping]] = ..., update_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ..., validate_only: _Optional[bool] = ...) -> None: ...

class DeleteOriginRequest(_message.Message):
    __slots__ = ("name", "etag")
    NAME_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    name: str
    etag: str
    def __init__(self, name: _Optional[str] = ..., etag: _Optional[str] = ...) -> None: ...

class CheckOriginRequest(_message.Message):
    __slots__ = ("name", "origin", "path")
    NAME_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    name: str
    origin: Origin
    path: str
    def __init__(self, name: _Optional[str] = ..., origin: _Optional[_Union[Origin, _Mapping]] = ..., path: _Optional[str] = ...) -> None: ...

class CheckOriginResponse(_message.Message):
    __slots__ = ("passed", "steps")
    PASSED_FIELD_NUMBER: _ClassVar[int]
    STEPS_FIELD_NUMBER: _ClassVar[int]
    passed: bool
    steps: _containers.RepeatedCompositeFieldContainer[CheckStep]
    def __init__(self, passed: _Optional[bool] = ..., steps: _Optional[_Iterable[_Union[CheckStep, _Mapping]]] = ...) -> None: ...

class CheckStep(_message.Message):
    __slots__ = ("step", "passed", "message", "duration")
    STEP_FIELD_NUMBER: _ClassVar[int]
    PASSED_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    DURATION_FIELD_NUMBER: _ClassVar[int]
    step: str
    passed: bool
    message: str
    duration: _duration_pb2.Duration
    def __init__(self, step: _Optional[str] = ..., passed: _Optional[bool] = ..., message: _Optional[str] = ..., duration: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...
