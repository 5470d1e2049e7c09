"""The client: one connection, every service, images as bytes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import grpc

from darkroom.errors import DarkroomError
from darkroom.v1 import (
    access_key_service_pb2_grpc,
    cache_service_pb2_grpc,
    image_service_pb2,
    image_service_pb2_grpc,
    named_transformation_service_pb2_grpc,
    origin_service_pb2_grpc,
    pipeline_pb2,
    url_endpoint_service_pb2_grpc,
)

Facts = TypeVar("Facts", image_service_pb2.SourceImage, image_service_pb2.Rendition)

Source = (
    str
    | bytes
    | image_service_pb2.EndpointPath
    | image_service_pb2.OriginPath
    | image_service_pb2.DeliveryUrl
    | image_service_pb2.ImageSource
)
"""Where an image comes from. A string is a path behind the default URL endpoint; bytes are the image itself."""


@dataclass(frozen=True)
class Image(Generic[Facts]):
    """An image, and what the server says of it. `data` is empty when `facts.not_modified`."""

    facts: Facts
    data: bytes


class Client:
    """A connection to a Darkroom server. Safe to share between threads; close it, or use it in a `with` statement.

    address: `http://host:port` without and `https://host:port` with TLS.
    access_key: the secret of an access key.
    timeout: seconds that one call may take.
    root_certificates: PEM of the authorities to trust instead of the system's, with `https`.

    The services, with every call of the API: `images`, `origins`, `url_endpoints`, `named_transformations`,
    `cache`, `access_keys`. Calls take the request message and raise `DarkroomError`.
    """

    def __init__(
        self, address: str, access_key: str, *, timeout: float = 60, root_certificates: bytes | None = None
    ):
        scheme, _, target = address.rpartition("://")
        if scheme not in ("http", "https"):
            raise ValueError(f"address must start with http:// or https://, got {address!r}")
        if scheme == "https":
            self._channel = grpc.secure_channel(target, grpc.ssl_channel_credentials(root_certificates))
        else:
            self._channel = grpc.insecure_channel(target)
        metadata = (("authorization", f"Bearer {access_key}"),)

        def service(stub) -> _Service:
            return _Service(stub(self._channel), metadata, timeout)

        self.images = service(image_service_pb2_grpc.ImageServiceStub)
        self.origins = service(origin_service_pb2_grpc.OriginServiceStub)
        self.url_endpoints = service(url_endpoint_service_pb2_grpc.UrlEndpointServiceStub)
        self.named_transformations = service(
            named_transformation_service_pb2_grpc.NamedTransformationServiceStub
        )
        self.cache = service(cache_service_pb2_grpc.CacheServiceStub)
        self.access_keys = service(access_key_service_pb2_grpc.AccessKeyServiceStub)

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def close(self) -> None:
        self._channel.close()

    def fetch_image(
        self, source: Source, *, if_none_match: Iterable[str] = ()
    ) -> Image[image_service_pb2.SourceImage]:
        """The source image as it is."""
        request = image_service_pb2.FetchImageRequest(image=_source(source), if_none_match=if_none_match)
        return _collect(self.images.FetchImage(request), "source_image")

    def transform_image(
        self,
        source: Source,
        steps: "str | pipeline_pb2.Pipeline" = "",
        *,
        accept: str = "",
        if_none_match: Iterable[str] = (),
    ) -> Image[image_service_pb2.Rendition]:
        """A rendition. `steps` is in the URL language, for example `"w-300,h-300:rt-90"`, or typed; `accept` lists
        media types as the HTTP field does."""
        request = image_service_pb2.TransformImageRequest(
            image=_source(source), accept=accept, if_none_match=if_none_match
        )
        if isinstance(steps, pipeline_pb2.Pipeline):
            request.pipeline.CopyFrom(steps)
        elif steps:
            request.transformation = steps
        return _collect(self.images.TransformImage(request), "rendition")

    def transform_images(
        self,
        source: Source,
        steps: "Sequence[str] | Sequence[pipeline_pb2.Pipeline]",
        *,
        accept: str = "",
        if_none_match: Iterable[str] = (),
    ) -> "Iterator[tuple[int, Image[image_service_pb2.Rendition] | DarkroomError]]":
        """Up to 32 renditions of one source, which is fetched once for all. Each comes as soon as it is ready,
        with its place in `steps`; in its stead an error, where it cannot be made."""
        request = image_service_pb2.BatchTransformImageRequest(
            image=_source(source), accept=accept, if_none_match=if_none_match
        )
        for step in steps:
            if isinstance(step, pipeline_pb2.Pipeline):
                request.pipelines.append(step)
            else:
                request.transformations.append(step)
        facts, chunks = None, []
        for message in self.images.BatchTransformImage(request):
            if message.HasField("error"):
                yield message.index, DarkroomError.of_rendition(message.error)
                continue
            if message.HasField("rendition"):
                facts, chunks = message.rendition, []
            chunks.append(message.data)
            if not message.data or sum(map(len, chunks)) == facts.size_bytes:
                yield message.index, Image(facts, b"".join(chunks))

    def image_metadata(self, source: Source) -> image_service_pb2.ImageMetadata:
        """Width, height and other facts, read from the header of the source image."""
        return self.images.GetImageMetadata(image_service_pb2.GetImageMetadataRequest(image=_source(source)))


class _Service:
    """A stub whose calls carry the access key and raise `DarkroomError`."""

    def __init__(self, stub, metadata: tuple, timeout: float):
        self._stub, self._metadata, self._timeout = stub, metadata, timeout

    def __getattr__(self, name: str):
        method = getattr(self._stub, name)

        def call(request, *, timeout: float | None = None):
            try:
                answer = method(request, timeout=timeout or self._timeout, metadata=self._metadata)
            except grpc.RpcError as error:
                raise DarkroomError(error) from error
            streams = isinstance(method, grpc.UnaryStreamMultiCallable)
            return _messages(answer) if streams else answer

        return call


def _messages(stream):
    try:
        yield from stream
    except grpc.RpcError as error:
        raise DarkroomError(error) from error
    finally:
        stream.cancel()


def _collect(messages, facts: str) -> Image:
    first, chunks = None, []
    for message in messages:
        if first is None:
            first = getattr(message, facts)
        chunks.append(message.data)
    if first is None:
        raise EOFError("the server ended the stream before it sent anything")
    return Image(first, b"".join(chunks))


def _source(source: Source) -> image_service_pb2.ImageSource:
    match source:
        case image_service_pb2.ImageSource():
            return source
        case str():
            path = image_service_pb2.EndpointPath(url_endpoint="urlEndpoints/default", path=source)
            return image_service_pb2.ImageSource(endpoint_path=path)
        case bytes():
            return image_service_pb2.ImageSource(data=source)
        case image_service_pb2.EndpointPath():
            return image_service_pb2.ImageSource(endpoint_path=source)
        case image_service_pb2.OriginPath():
            return image_service_pb2.ImageSource(origin_path=source)
        case image_service_pb2.DeliveryUrl():
            return image_service_pb2.ImageSource(delivery_url=source)
    raise TypeError(f"not a source of images: {type(source).__name__}")
