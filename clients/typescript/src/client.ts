import { create, type DescService, isMessage, type MessageInitShape } from "@bufbuild/protobuf";
import { type Client as ServiceClient, createClient, type Interceptor } from "@connectrpc/connect";
import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";
import { DarkroomError } from "./errors.js";
import { AccessKeyService } from "./gen/darkroom/v1/access_key_service_pb.js";
import { CacheService } from "./gen/darkroom/v1/cache_service_pb.js";
import {
  type DeliveryUrl,
  DeliveryUrlSchema,
  type EndpointPath,
  EndpointPathSchema,
  type ImageMetadata,
  ImageService,
  type ImageSource,
  ImageSourceSchema,
  type OriginPath,
  OriginPathSchema,
  type Rendition,
  type SourceImage,
} from "./gen/darkroom/v1/image_service_pb.js";
import { NamedTransformationService } from "./gen/darkroom/v1/named_transformation_service_pb.js";
import { OriginService } from "./gen/darkroom/v1/origin_service_pb.js";
import { PipelineSchema } from "./gen/darkroom/v1/pipeline_pb.js";
import { UrlEndpointService } from "./gen/darkroom/v1/url_endpoint_service_pb.js";

/** Where an image comes from. A string is a path behind the default URL endpoint; bytes are the image itself. */
export type Source = string | Uint8Array | EndpointPath | OriginPath | DeliveryUrl | ImageSource;

/** An image, and what the server says of it. `data` is empty when `facts.notModified`. */
export interface Image<Facts> {
  readonly facts: Facts;
  readonly data: Uint8Array;
}

export interface ClientOptions {
  /** Milliseconds that one call may take; a minute unless given. */
  timeoutMs?: number;
}

/** A connection to a Darkroom server. Calls throw `DarkroomError`. */
export class Client {
  readonly images: ServiceClient<typeof ImageService>;
  readonly origins: ServiceClient<typeof OriginService>;
  readonly urlEndpoints: ServiceClient<typeof UrlEndpointService>;
  readonly namedTransformations: ServiceClient<typeof NamedTransformationService>;
  readonly cache: ServiceClient<typeof CacheService>;
  readonly accessKeys: ServiceClient<typeof AccessKeyService>;
  readonly #session: Http2SessionManager;

  /**
   * @param address `http://host:port` without and `https://host:port` with TLS
   * @param accessKey the secret of an access key
   */
  constructor(address: string, accessKey: string, options: ClientOptions = {}) {
    this.#session = new Http2SessionManager(address);
    const transport = createGrpcTransport({
      baseUrl: address,
      sessionManager: this.#session,
      defaultTimeoutMs: options.timeoutMs ?? 60_000,
      interceptors: [withAccessKey(accessKey)],
    });
    const service = <Service extends DescService>(schema: Service) => withTypedErrors(createClient(schema, transport));
    this.images = service(ImageService);
    this.origins = service(OriginService);
    this.urlEndpoints = service(UrlEndpointService);
    this.namedTransformations = service(NamedTransformationService);
    this.cache = service(CacheService);
    this.accessKeys = service(AccessKeyService);
  }

  /** Closes the connection. */
  close(): void {
    this.#session.abort();
  }

  /** The source image as it is. */
  async fetchImage(source: Source, options: { ifNoneMatch?: string[] } = {}): Promise<Image<SourceImage>> {
    const request = { image: imageSource(source), ifNoneMatch: options.ifNoneMatch ?? [] };
    return collect(this.images.fetchImage(request), (message) => message.sourceImage);
  }

  /**
   * A rendition. `steps` is in the URL language, for example `"w-300,h-300:rt-90"`, or typed; `accept` lists media
   * types as the HTTP field does.
   */
  async transformImage(
    source: Source,
    steps: string | MessageInitShape<typeof PipelineSchema> = "",
    options: { accept?: string; ifNoneMatch?: string[] } = {},
  ): Promise<Image<Rendition>> {
    const request = {
      image: imageSource(source),
      accept: options.accept ?? "",
      ifNoneMatch: options.ifNoneMatch ?? [],
      steps:
        typeof steps !== "string"
          ? ({ case: "pipeline", value: create(PipelineSchema, steps) } as const)
          : steps !== ""
            ? ({ case: "transformation", value: steps } as const)
            : ({ case: undefined } as const),
    };
    return collect(this.images.transformImage(request), (message) => message.rendition);
  }

  /**
   * Up to 32 renditions of one source, which is fetched once for all. Each comes as soon as it is ready, with
   * its place in `steps`; in its stead an error, where it cannot be made.
   */
  async *transformImages(
    source: Source,
    steps: string[] | MessageInitShape<typeof PipelineSchema>[],
    options: { accept?: string; ifNoneMatch?: string[] } = {},
  ): AsyncGenerator<[index: number, made: Image<Rendition> | DarkroomError]> {
    const request = {
      image: imageSource(source),
      accept: options.accept ?? "",
      ifNoneMatch: options.ifNoneMatch ?? [],
      transformations: steps.filter((step) => typeof step === "string"),
      pipelines: steps.filter((step) => typeof step !== "string").map((step) => create(PipelineSchema, step)),
    };
    let facts: Rendition | undefined;
    let chunks: Uint8Array[] = [];
    for await (const { index, rendition, data, error } of this.images.batchTransformImage(request)) {
      if (error !== undefined) {
        yield [index, DarkroomError.ofRendition(error)];
        continue;
      }
      if (rendition !== undefined) {
        facts = rendition;
        chunks = [];
      }
      chunks.push(data);
      const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
      if (facts !== undefined && (data.length === 0 || BigInt(bytes) === facts.sizeBytes)) {
        yield [index, { facts, data: new Uint8Array(Buffer.concat(chunks)) }];
      }
    }
  }

  /** Width, height and other facts, read from the header of the source image. */
  async imageMetadata(source: Source): Promise<ImageMetadata> {
    return this.images.getImageMetadata({ image: imageSource(source) });
  }
}

function withAccessKey(accessKey: string): Interceptor {
  return (next) => (request) => {
    request.header.set("authorization", `Bearer ${accessKey}`);
    return next(request);
  };
}

// Around the client rather than as an interceptor: what an interceptor throws is turned into a ConnectError.
function withTypedErrors<Service extends object>(service: Service): Service {
  return new Proxy(service, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== "function") {
        return method;
      }
      return (...args: unknown[]) => {
        const answer = method(...args) as AsyncIterable<unknown> | Promise<unknown>;
        return Symbol.asyncIterator in answer ? typed(answer) : answer.catch(rethrow);
      };
    },
  });
}

function rethrow(thrown: unknown): never {
  throw DarkroomError.from(thrown);
}

async function* typed<Message>(messages: AsyncIterable<Message>): AsyncIterable<Message> {
  try {
    yield* messages;
  } catch (thrown) {
    rethrow(thrown);
  }
}

async function collect<Message extends { data: Uint8Array }, Facts>(
  messages: AsyncIterable<Message>,
  factsOf: (message: Message) => Facts | undefined,
): Promise<Image<Facts>> {
  let facts: Facts | undefined;
  const chunks: Uint8Array[] = [];
  for await (const message of messages) {
    facts ??= factsOf(message);
    chunks.push(message.data);
  }
  if (facts === undefined) {
    throw new Error("the server ended the stream before it sent anything");
  }
  return { facts, data: new Uint8Array(Buffer.concat(chunks)) };
}

function imageSource(source: Source): ImageSource {
  if (typeof source === "string") {
    const value = create(EndpointPathSchema, { urlEndpoint: "urlEndpoints/default", path: source });
    return create(ImageSourceSchema, { source: { case: "endpointPath", value } });
  }
  if (source instanceof Uint8Array) {
    return create(ImageSourceSchema, { source: { case: "data", value: source } });
  }
  if (isMessage(source, EndpointPathSchema)) {
    return create(ImageSourceSchema, { source: { case: "endpointPath", value: source } });
  }
  if (isMessage(source, OriginPathSchema)) {
    return create(ImageSourceSchema, { source: { case: "originPath", value: source } });
  }
  if (isMessage(source, DeliveryUrlSchema)) {
    return create(ImageSourceSchema, { source: { case: "deliveryUrl", value: source } });
  }
  return source;
}
