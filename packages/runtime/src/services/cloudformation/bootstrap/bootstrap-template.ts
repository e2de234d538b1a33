/** The version that the CDK CLI reads and checks; one with everything that file assets and lookups need. */
export const BOOTSTRAP_VERSION = '30';

const variable = (name: string) => `\${${name}}`;
const QUALIFIER = variable('Qualifier');
const ACCOUNT = variable('AWS::AccountId');
const REGION = variable('AWS::Region');
const PARTITION = variable('AWS::Partition');

const sub = (text: string) => ({ 'Fn::Sub': text });

/** Where the CDK looks for a thing. */
const nameOf = (what: string) => `cdk-${QUALIFIER}-${what}-${ACCOUNT}-${REGION}`;

const managedPolicy = (name: string) => sub(`arn:${PARTITION}:iam::aws:policy/${name}`);

const allow = (Action: readonly string[], Resource: unknown) => ({ Effect: 'Allow', Action, Resource });

const policies = (PolicyName: string, Statement: readonly object[]) => ({
  Policies: [{ PolicyName, PolicyDocument: { Version: '2012-10-17', Statement } }],
});

const BUCKET_ARN = `arn:${PARTITION}:s3:::${nameOf('assets')}`;
const BUCKET = [sub(BUCKET_ARN), sub(`${BUCKET_ARN}/*`)];

const THIS_ACCOUNT = { AWS: { Ref: 'AWS::AccountId' } };

/** A role that the CDK assumes under its fixed name. */
function role(what: string, principal: object, permissions: object) {
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: sub(nameOf(`${what}-role`)),
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: ['sts:AssumeRole', 'sts:TagSession'], Principal: principal }],
      },
      Tags: [{ Key: 'aws-cdk:bootstrap-role', Value: what }],
      ...permissions,
    },
  };
}

/**
 * What the CDK needs in an account and region before it deploys anything there: a bucket for assets, roles
 * and a version number. The logical ids are those of the CDK's own bootstrap template, so that
 * `cdk bootstrap` updates this stack to it.
 */
export const bootstrapTemplate = {
  Description: 'What CDK apps need in this environment; made by Slipway when it was first asked for',
  Parameters: {
    Qualifier: { Type: 'String', Default: 'hnb659fds', AllowedPattern: '[A-Za-z0-9_-]{1,10}' },
    // A bucket that an earlier stack left behind is used again.
    KeepBucket: { Type: 'String', Default: 'false', AllowedValues: ['true', 'false'] },
  },
  Conditions: { MakesBucket: { 'Fn::Equals': [{ Ref: 'KeepBucket' }, 'false'] } },
  Resources: {
    StagingBucket: {
      Type: 'AWS::S3::Bucket',
      Condition: 'MakesBucket',
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: { BucketName: sub(nameOf('assets')), VersioningConfiguration: { Status: 'Enabled' } },
    },
    FilePublishingRole: role(
      'file-publishing',
      THIS_ACCOUNT,
      policies('FilePublishing', [
        allow(
          [
            's3:GetObject*',
            's3:GetBucket*',
            's3:GetEncryptionConfiguration',
            's3:List*',
            's3:DeleteObject*',
            's3:PutObject*',
            's3:Abort*',
          ],
          BUCKET,
        ),
      ]),
    ),
    ImagePublishingRole: role('image-publishing', THIS_ACCOUNT, {}),
    LookupRole: role(
      'lookup',
      THIS_ACCOUNT,
      policies('Lookup', [
        allow(
          ['cloudformation', 'events', 'glue', 'iam', 'lambda', 'logs', 's3', 'ssm', 'states'].flatMap(
            (service) => [`${service}:Describe*`, `${service}:Get*`, `${service}:List*`],
          ),
          '*',
        ),
      ]),
    ),
    DeploymentActionRole: role(
      'deploy',
      THIS_ACCOUNT,
      policies('Deployment', [
        allow(['cloudformation:*', 'sts:GetCallerIdentity'], '*'),
        allow(['s3:GetObject*', 's3:GetBucket*', 's3:List*'], BUCKET),
        allow(
          ['ssm:GetParameter', 'ssm:GetParameters'],
          sub(`arn:${PARTITION}:ssm:${REGION}:${ACCOUNT}:parameter/cdk-bootstrap/${QUALIFIER}/*`),
        ),
        allow(['iam:PassRole'], sub(`arn:${PARTITION}:iam::${ACCOUNT}:role/${nameOf('cfn-exec-role')}`)),
      ]),
    ),
    CloudFormationExecutionRole: role(
      'cfn-exec',
      { Service: 'cloudformation.amazonaws.com' },
      { ManagedPolicyArns: [managedPolicy('AdministratorAccess')] },
    ),
    CdkBootstrapVersion: {
      Type: 'AWS::SSM::Parameter',
      Properties: {
        Type: 'String',
        Name: sub(`/cdk-bootstrap/${QUALIFIER}/version`),
        Value: BOOTSTRAP_VERSION,
      },
    },
  },
  Outputs: {
    BucketName: { Value: sub(nameOf('assets')) },
    BucketDomainName: { Value: sub(`${nameOf('assets')}.s3.${REGION}.${variable('AWS::URLSuffix')}`) },
    BootstrapVersion: { Value: BOOTSTRAP_VERSION },
  },
};
