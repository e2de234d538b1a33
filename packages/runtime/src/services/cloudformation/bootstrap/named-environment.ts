import type { Call } from '../../../dispatch/dispatcher.ts';

/** An account and region that the CDK deploys to, told from others there by a qualifier. */
export interface CdkEnvironment {
  readonly account: string;
  readonly region: string;
  readonly qualifier: string;
}

export const DEFAULT_QUALIFIER = 'hnb659fds';

const BUCKET = /^cdk-([a-z0-9]{1,10})-assets-(\d{12})-([a-z0-9-]+)$/;
const PARAMETER = /^\/cdk-bootstrap\/([A-Za-z0-9_-]{1,10})\/version$/;
const ROLE =
  /^arn:[a-z-]+:iam::(\d{12}):role\/cdk-([A-Za-z0-9_]{1,10})-(?:deploy|file-publishing|image-publishing|lookup|cfn-exec)-role-\1-([a-z0-9-]+)$/;
const TOOLKIT = 'CDKToolkit';

// A call that makes or removes such a thing itself is somebody's own bootstrapping.
const OWN_DOING = /^(Create|Delete|Put)Bucket/;

/** The environment whose bootstrap resources a call names; undefined for nearly every call. */
export function namedEnvironment({
  service,
  operation,
  input,
  caller,
  region,
}: Call): CdkEnvironment | undefined {
  const { Bucket, Name, Names, RoleArn, RoleARN, StackName } = (input ?? {}) as Readonly<
    Record<string, unknown>
  >;
  const here = { account: caller.account, region };
  switch (service) {
    case 's3': {
      if (typeof Bucket !== 'string' || !Bucket.startsWith('cdk-') || OWN_DOING.test(operation))
        return undefined;
      const match = BUCKET.exec(Bucket);
      return match?.[2] === caller.account
        ? { account: caller.account, region: match[3]!, qualifier: match[1]! }
        : undefined;
    }
    case 'ssm': {
      if (!operation.startsWith('GetParameter')) return undefined;
      const names = Array.isArray(Names) ? (Names as unknown[]) : [Name];
      const qualifier = names.map((name) => PARAMETER.exec(String(name))?.[1]).find(Boolean);
      return qualifier === undefined ? undefined : { ...here, qualifier };
    }
    case 'sts':
      return ofRole(RoleArn);
    case 'cloudformation':
      if (operation === 'DescribeStacks' && StackName === TOOLKIT)
        return { ...here, qualifier: DEFAULT_QUALIFIER };
      return ofRole(RoleARN);
    default:
      return undefined;
  }
}

/** The stack that bootstraps an environment. */
export function toolkitStack(qualifier: string): string {
  return qualifier === DEFAULT_QUALIFIER ? TOOLKIT : `${TOOLKIT}-${qualifier.replaceAll('_', '-')}`;
}

function ofRole(arn: unknown): CdkEnvironment | undefined {
  const match = typeof arn === 'string' ? ROLE.exec(arn) : null;
  return match ? { account: match[1]!, qualifier: match[2]!, region: match[3]! } : undefined;
}
