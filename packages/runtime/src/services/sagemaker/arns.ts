import type { Scope } from '../../store/collection.ts';

export type Kind =
  | 'training-job'
  | 'processing-job'
  | 'transform-job'
  | 'model'
  | 'endpoint-config'
  | 'endpoint';

/** ARNs hold names in lower case, which is why names differ in more than case. */
export function arnOf({ account, region }: Scope, kind: Kind, name: string): string {
  return `arn:aws:sagemaker:${region}:${account}:${kind}/${name.toLowerCase()}`;
}

/** @returns undefined for what is no ARN of this service, or of another account or region */
export function parseArn({ account, region }: Scope, arn: string): { kind: string; id: string } | undefined {
  const prefix = `arn:aws:sagemaker:${region}:${account}:`;
  if (!arn.startsWith(prefix)) return undefined;
  const [kind = '', id = ''] = arn.slice(prefix.length).split('/');
  return { kind, id: id.toLowerCase() };
}
