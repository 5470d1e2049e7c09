import { Code, ConnectError } from "@connectrpc/connect";
import { ErrorReason } from "./gen/darkroom/v1/error_reason_pb.js";
import type { RenditionError } from "./gen/darkroom/v1/image_service_pb.js";
import { BadRequestSchema, ErrorInfoSchema, RetryInfoSchema } from "./gen/google/rpc/error_details_pb.js";

/** A call failed, or one of many renditions. */
export class DarkroomError extends Error {
  override readonly name = "DarkroomError";
  /** The gRPC status. */
  readonly code: Code;
  /**
   * Why, for programs, for example `"IMAGE_NOT_FOUND"`: a name of `ErrorReason`. Empty when the answer did not come
   * from Darkroom, for example when nobody listens.
   */
  readonly reason: string;
  /** The dynamic parts of the message, by name. */
  readonly metadata: Readonly<Record<string, string>>;
  /** What is wrong with which field of the request, by field. */
  readonly fieldViolations: Readonly<Record<string, string>>;
  /** Milliseconds after which to come again, where the server says so. */
  readonly retryDelay: number | undefined;

  constructor(error: ConnectError) {
    const info = error.findDetails(ErrorInfoSchema).find((detail) => detail.domain === "darkroom");
    super(`${info?.reason ?? Code[error.code]}: ${error.rawMessage}`, { cause: error });
    this.code = error.code;
    this.reason = info?.reason ?? "";
    this.metadata = info?.metadata ?? {};
    const violations = error.findDetails(BadRequestSchema).flatMap((detail) => detail.fieldViolations);
    this.fieldViolations = Object.fromEntries(violations.map(({ field, description }) => [field, description]));
    const delay = error.findDetails(RetryInfoSchema)[0]?.retryDelay;
    this.retryDelay = delay && Number(delay.seconds) * 1000 + delay.nanos / 1e6;
  }

  /** Why one of many renditions was not made. */
  static ofRendition({ code, reason, message, metadata, retryDelay }: RenditionError): DarkroomError {
    const info = { desc: ErrorInfoSchema, value: { domain: "darkroom", reason: ErrorReason[reason], metadata } };
    const retry = retryDelay ? [{ desc: RetryInfoSchema, value: { retryDelay } }] : [];
    return new DarkroomError(new ConnectError(message, code, undefined, [info, ...retry]));
  }

  /** Whatever a call threw, as a DarkroomError. */
  static from(thrown: unknown): DarkroomError {
    return thrown instanceof DarkroomError ? thrown : new DarkroomError(ConnectError.from(thrown));
  }
}
