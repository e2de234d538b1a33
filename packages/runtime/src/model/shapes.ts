/**
 * The parts of an official service model (botocore's service-2.json) that a server needs.
 * Field names are the model's own.
 */

/** Where a member travels in a REST protocol; absent means in the body. */
export type MemberLocation = 'uri' | 'querystring' | 'header' | 'headers' | 'statusCode';

export type TimestampFormat = 'iso8601' | 'rfc822' | 'unixTimestamp';

/** Wire traits that a member may carry itself or inherit from its shape. */
export interface WireTraits {
  readonly location?: MemberLocation;
  readonly locationName?: string;
  readonly flattened?: boolean;
  readonly streaming?: boolean;
  readonly xmlAttribute?: boolean;
  readonly xmlNamespace?: { readonly uri: string; readonly prefix?: string };
  readonly timestampFormat?: TimestampFormat;
  readonly idempotencyToken?: boolean;
  readonly eventpayload?: boolean;
  readonly queryName?: string;
}

export interface ShapeRef extends WireTraits {
  readonly shape: string;
}

interface BaseShape extends WireTraits {
  readonly sensitive?: boolean;
  readonly box?: boolean;
}

export interface StructureShape extends BaseShape {
  readonly type: 'structure';
  readonly members: Readonly<Record<string, ShapeRef>>;
  readonly required?: readonly string[];
  readonly payload?: string;
  readonly union?: boolean;
  readonly document?: boolean;
  readonly eventstream?: boolean;
  readonly exception?: boolean;
  /** In XML: the structure is its only member, without an element around it (from patches.json). */
  readonly unwrapped?: boolean;
  readonly error?: {
    readonly code?: string;
    readonly httpStatusCode?: number;
    readonly senderFault?: boolean;
  };
}

export interface ListShape extends BaseShape {
  readonly type: 'list';
  readonly member: ShapeRef;
  readonly min?: number;
  readonly max?: number;
}

export interface MapShape extends BaseShape {
  readonly type: 'map';
  readonly key: ShapeRef;
  readonly value: ShapeRef;
  readonly min?: number;
  readonly max?: number;
}

export interface StringShape extends BaseShape {
  readonly type: 'string';
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly min?: number;
  readonly max?: number;
}

export interface BlobShape extends BaseShape {
  readonly type: 'blob';
  readonly min?: number;
  readonly max?: number;
}

export interface NumberShape extends BaseShape {
  readonly type: 'integer' | 'long' | 'short' | 'byte' | 'float' | 'double' | 'bigdecimal' | 'biginteger';
  readonly min?: number;
  readonly max?: number;
}

export interface BooleanShape extends BaseShape {
  readonly type: 'boolean';
}

export interface TimestampShape extends BaseShape {
  readonly type: 'timestamp';
}

export type Shape =
  | StructureShape
  | ListShape
  | MapShape
  | StringShape
  | BlobShape
  | NumberShape
  | BooleanShape
  | TimestampShape;

export interface OperationModel {
  readonly name: string;
  readonly http: { readonly method: string; readonly requestUri: string; readonly responseCode?: number };
  readonly input?: ShapeRef;
  readonly output?: ShapeRef & { readonly resultWrapper?: string };
  readonly errors?: readonly ShapeRef[];
  readonly idempotent?: boolean;
  readonly deprecated?: boolean;
}

export type Protocol = 'json' | 'rest-json' | 'rest-xml' | 'query' | 'smithy-rpc-v2-cbor';

export interface ModelMetadata {
  readonly apiVersion: string;
  readonly endpointPrefix: string;
  readonly protocol: Protocol;
  readonly protocols?: readonly Protocol[];
  readonly jsonVersion?: string;
  readonly targetPrefix?: string;
  readonly signingName?: string;
  readonly serviceId: string;
  readonly xmlNamespace?: string;
  readonly globalEndpoint?: string;
  /** Present where errors keep the codes of the query protocol in every protocol. */
  readonly awsQueryCompatible?: object;
}
