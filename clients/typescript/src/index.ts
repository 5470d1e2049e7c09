/** Client of the Darkroom image server. */
export { Client, type ClientOptions, type Image, type Source } from "./client.js";
export { DarkroomError } from "./errors.js";
export * from "./gen/darkroom/v1/access_key_service_pb.js";
export * from "./gen/darkroom/v1/cache_service_pb.js";
export * from "./gen/darkroom/v1/effect_pb.js";
export * from "./gen/darkroom/v1/error_reason_pb.js";
export * from "./gen/darkroom/v1/image_service_pb.js";
export * from "./gen/darkroom/v1/layer_pb.js";
export * from "./gen/darkroom/v1/named_transformation_service_pb.js";
export * from "./gen/darkroom/v1/origin_service_pb.js";
export * from "./gen/darkroom/v1/pipeline_pb.js";
export * from "./gen/darkroom/v1/url_endpoint_service_pb.js";
