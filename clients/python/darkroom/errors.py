"""The one error that calls raise."""

import grpc
from darkroom.v1 import error_reason_pb2, image_service_pb2
from google.rpc import error_details_pb2
from grpc_status import rpc_status


class DarkroomError(Exception):
    """A call failed, or one of many renditions.

    code: the `grpc.StatusCode`.
    reason: why, for programs, for example `"IMAGE_NOT_FOUND"`: a name of `darkroom.v1.ErrorReason` without its
        prefix. Empty when the answer did not come from Darkroom, for example when nobody listens.
    metadata: the dynamic parts of the message, by name.
    field_violations: what is wrong with which field of the request, by field.
    retry_delay: seconds after which to come again, where the server says so.
    """

    def __init__(self, error: grpc.RpcError):
        self.code: grpc.StatusCode = error.code()
        self.message: str = error.details() or ""
        self.reason = ""
        self.metadata: dict[str, str] = {}
        self.field_violations: dict[str, str] = {}
        self.retry_delay: float | None = None
        status = rpc_status.from_call(error)
        for detail in status.details if status else ():
            self._read(detail)
        super().__init__(f"{self.reason or self.code.name}: {self.message}")

    @classmethod
    def of_rendition(cls, error: image_service_pb2.RenditionError) -> "DarkroomError":
        """Why one of many renditions was not made."""
        made = cls.__new__(cls)
        made.code = next(code for code in grpc.StatusCode if code.value[0] == error.code)
        made.message = error.message
        made.reason = error_reason_pb2.ErrorReason.Name(error.reason).removeprefix("ERROR_REASON_")
        made.metadata = dict(error.metadata)
        made.field_violations = {}
        delay = error.retry_delay.ToTimedelta().total_seconds() if error.HasField("retry_delay") else None
        made.retry_delay = delay
        Exception.__init__(made, f"{made.reason}: {made.message}")
        return made

    def _read(self, detail) -> None:
        info, request, retry = (
            error_details_pb2.ErrorInfo(),
            error_details_pb2.BadRequest(),
            error_details_pb2.RetryInfo(),
        )
        if detail.Unpack(info) and info.domain == "darkroom":
            self.reason, self.metadata = info.reason, dict(info.metadata)
        elif detail.Unpack(request):
            self.field_violations = {v.field: v.description for v in request.field_violations}
        elif detail.Unpack(retry):
            self.retry_delay = retry.retry_delay.ToTimedelta().total_seconds()
