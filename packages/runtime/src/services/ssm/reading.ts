import type { Parameter } from '@aws-sdk/client-ssm';
import { ServiceError } from '../../dispatch/errors.ts';
import type { Host } from '../../dispatch/host.ts';
import type { Scope } from '../../store/collection.ts';
import { Cipher } from './cipher.ts';
import { parameterNotFound, versionNotFound } from './failures.ts';
import { checkName, namesIn, parameterArn } from './names.ts';
import { ParametersTable, type ParameterVersion } from './parameters-table.ts';

/** A parameter's version as a caller asked for it. */
export interface Asked {
  readonly version: ParameterVersion;
  /** The name that was written, without the selector; for an ARN the parameter's own. */
  readonly name: string;
  /** What stood behind the colon. */
  readonly selector?: string | undefined;
}

const SECRETS = '/aws/reference/secretsmanager/';

/** Finds parameters by what callers write, and shows them. */
export class Reading {
  readonly #parameters: ParametersTable;
  readonly #cipher: Cipher;

  constructor(host: Host) {
    this.#parameters = new ParametersTable(host.database);
    this.#cipher = new Cipher(host.folder('ssm'));
  }

  /**
   * A parameter by name or ARN, with `:3` for a version or `:label` for a labelled one behind.
   *
   * @throws ParameterNotFound, ParameterVersionNotFound, ValidationException
   */
  find(scope: Scope, text: string): Asked {
    const { base, selector } = split(text);
    const isArn = base.startsWith('arn:');
    if (!isArn) checkName(base);
    if (base.startsWith(SECRETS)) throw secretNotFound(base);
    const [newest] = namesIn(scope, base).flatMap(
      (candidate) => this.#parameters.newest(scope, candidate) ?? [],
    );
    if (!newest || selector?.includes(':')) throw parameterNotFound(text);
    const name = isArn ? newest.name : base;
    if (selector === undefined) return { version: newest, name };
    const version = /^\d+$/.test(selector)
      ? this.#parameters.version(scope, newest.name, Number(selector))
      : this.#parameters.versions(scope, newest.name).find(({ labels }) => labels.includes(selector));
    if (!version) throw versionNotFound(name, selector);
    return { version, name, selector };
  }

  /** @param decrypted - whether a SecureString is shown as text, else as cipher text */
  show(scope: Scope, { version, name, selector }: Asked, decrypted: boolean | undefined): Parameter {
    return {
      Name: name,
      Type: version.type,
      Value: this.value(scope, version, decrypted),
      Version: version.version,
      Selector: selector === undefined ? undefined : `:${selector}`,
      LastModifiedDate: version.modified,
      ARN: parameterArn(scope, version.name),
      DataType: version.dataType,
    };
  }

  value(scope: Scope, { type, value, name }: ParameterVersion, decrypted: boolean | undefined): string {
    return type === 'SecureString' && decrypted
      ? this.#cipher.decrypt(value, parameterArn(scope, name))
      : value;
  }

  encrypt(scope: Scope, name: string, value: string): string {
    return this.#cipher.encrypt(value, parameterArn(scope, name));
  }
}

/** Parameter Store also shows the secrets of Secrets Manager, of which there are none here. */
function secretNotFound(name: string): ServiceError {
  return new ServiceError(
    'ParameterNotFound',
    `An error occurred (ParameterNotFound) when referencing Secrets Manager: Secret ${name} not found.`,
  );
}

function split(text: string): { base: string; selector: string | undefined } {
  const start = text.startsWith('arn:') ? text.indexOf(':parameter') + 1 : 0;
  const colon = text.indexOf(':', start);
  return colon < 0
    ? { base: text, selector: undefined }
    : { base: text.slice(0, colon), selector: text.slice(colon + 1) };
}
