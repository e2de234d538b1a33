import { IAM } from '@aws-sdk/client-iam';
import { STS } from '@aws-sdk/client-sts';
import type { TestRuntime } from '../testing/test-runtime.ts';

export const ACCOUNT = '000000000000';

export interface StatementInput {
  readonly Effect?: 'Allow' | 'Deny';
  readonly Action: string | string[];
  readonly Resource?: string | string[];
  readonly Principal?: unknown;
  readonly Condition?: object;
}

/** A policy document of statements that allow, where they do not say otherwise. */
export function policy(...statements: StatementInput[]): string {
  const Statement = statements.map((statement) => ({ Effect: 'Allow', ...statement }));
  return JSON.stringify({ Version: '2012-10-17', Statement });
}

export function allow(Action: string | string[], Resource: string | string[] = '*'): StatementInput {
  return { Action, Resource };
}

export function roleArn(name: string): string {
  return `arn:aws:iam::${ACCOUNT}:role/${name}`;
}

/** The account itself may hand a role to anybody, and the given services may take it. */
export function trust(...services: string[]): string {
  return policy({
    Action: 'sts:AssumeRole',
    Principal: { AWS: ACCOUNT, ...(services.length > 0 && { Service: services }) },
  });
}

/** What tests of access do, through the SDK. */
export class AccessTests {
  readonly iam: IAM;
  readonly sts: STS;
  readonly #runtime: TestRuntime;

  constructor(runtime: TestRuntime) {
    this.#runtime = runtime;
    this.iam = new IAM(runtime.clientConfig);
    this.sts = new STS(runtime.clientConfig);
  }

  /** Makes a role with an inline policy. @returns its ARN */
  async role(
    name: string,
    statements: readonly StatementInput[],
    { trusts = trust(), boundary }: { trusts?: string; boundary?: string } = {},
  ): Promise<string> {
    await this.iam.createRole({
      RoleName: name,
      AssumeRolePolicyDocument: trusts,
      ...(boundary !== undefined && { PermissionsBoundary: boundary }),
    });
    if (statements.length > 0) await this.allow(name, statements);
    return roleArn(name);
  }

  /** Gives a role its one inline policy. */
  async allow(name: string, statements: readonly StatementInput[]): Promise<void> {
    const PolicyDocument = policy(...statements);
    await this.iam.putRolePolicy({ RoleName: name, PolicyName: 'own', PolicyDocument });
  }

  /** The settings of SDK clients that call as a session of a role. */
  async session(name: string, settings: { Policy?: string } = {}) {
    const { Credentials } = await this.sts.assumeRole({
      RoleArn: roleArn(name),
      RoleSessionName: 'test',
      ...settings,
    });
    return {
      ...this.#runtime.clientConfig,
      credentials: {
        accessKeyId: Credentials!.AccessKeyId!,
        secretAccessKey: Credentials!.SecretAccessKey!,
        sessionToken: Credentials!.SessionToken!,
      },
    };
  }
}

/** The sentence for what no identity policy allows. */
export function noPolicy(role: string, action: string, resource?: string): string {
  const on = resource === undefined ? '' : ` on resource: ${resource}`;
  return `User: arn:aws:sts::${ACCOUNT}:assumed-role/${role}/test is not authorized to perform: ${action}${on} because no identity-based policy allows the ${action} action`;
}
