/** On whose behalf a call is made. */
export interface Caller {
  readonly kind: 'account' | 'user' | 'role' | 'service';
  readonly account: string;
  /** What sts:GetCallerIdentity answers; for a service, its principal such as `lambda.amazonaws.com`. */
  readonly arn: string;
  readonly userId: string;
  /** The role behind a role session. */
  readonly roleArn?: string;
  readonly accessKeyId?: string;
  /** Policies that together limit a session beyond its role's, as JSON texts. */
  readonly sessionPolicies?: readonly string[];
  /** On account of which resource a service acts: the bucket whose notification it delivers. */
  readonly source?: CallSource;
}

export interface CallSource {
  readonly account: string;
  readonly arn?: string | undefined;
}

/** The account itself: what an ordinary user with any credentials is on this machine. */
export function accountRoot(account: string, accessKeyId?: string): Caller {
  return {
    kind: 'account',
    account,
    arn: `arn:aws:iam::${account}:root`,
    userId: account,
    ...(accessKeyId && { accessKeyId }),
  };
}

/** A user of the account, known by an access key that IAM issued. */
export function iamUser(user: { arn: string; id: string }, accessKeyId: string): Caller {
  const account = user.arn.split(':')[4] ?? '';
  return { kind: 'user', account, arn: user.arn, userId: user.id, accessKeyId };
}

/** A session of a role, as a function, a job or an AssumeRole caller has it. */
export function roleSession(
  role: { arn: string; id: string },
  sessionName: string,
  accessKeyId?: string,
): Caller {
  const account = role.arn.split(':')[4] ?? '';
  const roleName = role.arn.slice(role.arn.lastIndexOf('/') + 1);
  return {
    kind: 'role',
    account,
    arn: `arn:aws:sts::${account}:assumed-role/${roleName}/${sessionName}`,
    userId: `${role.id}:${sessionName}`,
    roleArn: role.arn,
    ...(accessKeyId && { accessKeyId }),
  };
}

/** An AWS service that acts by itself, such as S3 when it delivers a notification. */
export function servicePrincipal(
  principal: string,
  account: string,
  source: CallSource = { account },
): Caller {
  return { kind: 'service', account, arn: principal, userId: principal, source };
}
