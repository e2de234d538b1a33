import type { Readable } from 'node:stream';

/**
 * Types of operations, taken from the official SDK's aggregated clients (`S3`, `SFN`, …), which are
 * imported as types only: their methods' names, inputs and outputs are AWS's own.
 */

// An SDK method has the overloads (args, options?) → Promise, (args, cb), (args, options, cb), and where
// no input is required also () → Promise.
type Promised<Method> = Method extends {
  // biome-ignore lint/suspicious/noExplicitAny: matching the SDK's overloads
  (args: infer Input, options?: any): Promise<infer Output>;
  // biome-ignore lint/suspicious/noExplicitAny: matching the SDK's overloads
  (args: any, cb: any): void;
  // biome-ignore lint/suspicious/noExplicitAny: matching the SDK's overloads
  (args: any, options: any, cb: any): void;
}
  ? { input: Input; output: Output }
  : never;

/** Streaming bodies are Node's streams on this side of the wire, and bytes are nothing more than that. */
type Served<T> = {
  [Member in keyof T as Member extends '$metadata' ? never : Member]: NonNullable<T[Member]> extends {
    transformToByteArray: unknown;
  }
    ? Readable | undefined
    : NonNullable<T[Member]> extends Uint8Array
      ? Uint8Array | undefined
      : T[Member];
};

/**
 * A validated input: the SDK types required members as `T | undefined`, the validator has proved them
 * present, at every depth.
 */
export type Validated<T> = T extends
  | Date
  | Uint8Array
  | Readable
  | string
  | number
  | boolean
  | null
  | undefined
  ? T
  : T extends readonly (infer Item)[]
    ? Validated<Item>[]
    : T extends object
      ? {
          [Member in keyof T]: object extends Pick<T, Member>
            ? Validated<T[Member]>
            : Validated<Exclude<T[Member], undefined>>;
        }
      : T;

type OperationNames<Sdk> = {
  [Name in keyof Sdk & string]: Promised<Sdk[Name]> extends never ? never : Name;
}[keyof Sdk & string];

export type InputOf<Sdk, Name extends OperationNames<Sdk>> = Promised<Sdk[Name]>['input'];
export type OutputOf<Sdk, Name extends OperationNames<Sdk>> = Served<Promised<Sdk[Name]>['output']>;

/** Handlers of some of an SDK client's operations, under their names on the wire. */
export type OperationsOf<Sdk, Context> = {
  [Name in OperationNames<Sdk> as Capitalize<Name>]?: (
    input: Validated<InputOf<Sdk, Name>>,
    context: Context,
  ) => OutputOf<Sdk, Name> | Promise<OutputOf<Sdk, Name>>;
};

/** A client over the same operations: what a service uses to call another. */
export type ClientOf<Sdk> = {
  readonly [Name in OperationNames<Sdk>]: (input: InputOf<Sdk, Name>) => Promise<OutputOf<Sdk, Name>>;
};

/** One method of an SDK client, for a service that has no SDK (services/hello). */
export interface SdkMethod<Input, Output> {
  (args: Input, options?: object): Promise<Output & { $metadata: object }>;
  (args: Input, cb: (error: unknown, data?: Output) => void): void;
  (args: Input, options: object, cb: (error: unknown, data?: Output) => void): void;
}
