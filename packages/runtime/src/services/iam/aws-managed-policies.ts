import { createHash } from 'node:crypto';

/** A policy that AWS provides in every account. */
export interface AwsManagedPolicy {
  readonly name: string;
  readonly path: string;
  readonly version: string;
  readonly created: Date;
  readonly updated: Date;
  readonly document: string;
}

interface Allowance {
  Sid?: string;
  Action?: readonly string[] | string;
  NotAction?: readonly string[];
  Resource?: readonly string[] | string;
  Condition?: object;
}

const WRITE_LOGS = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];

/**
 * The AWS managed policies whose documents are known here: those that pipelines and the CDK attach and
 * that are short. Facts from AWS's reference of managed policies; what is allowed counts, not the
 * notation.
 * https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
 */
const KNOWN: readonly AwsManagedPolicy[] = [
  policy('AdministratorAccess', 'v1', '2015-02-06', '2015-02-06', [{ Action: '*' }]),
  policy('PowerUserAccess', 'v12', '2015-02-06', '2026-02-12', [
    { NotAction: ['iam:*', 'organizations:*', 'account:*'] },
    {
      Action: [
        ...['account:GetAccountInformation', 'account:GetGovCloudAccountInformation'],
        ...['account:GetPrimaryEmail', 'account:ListRegions', 'iam:CreateServiceLinkedRole'],
        ...['iam:DeleteServiceLinkedRole', 'iam:ListRoles', 'organizations:DescribeEffectivePolicy'],
        'organizations:DescribeOrganization',
      ],
    },
  ]),
  policy('IAMFullAccess', 'v2', '2015-02-06', '2019-06-21', [
    {
      Action: [
        ...['iam:*', 'organizations:DescribeAccount', 'organizations:DescribeOrganization'],
        ...['organizations:DescribeOrganizationalUnit', 'organizations:DescribePolicy'],
        ...['organizations:ListChildren', 'organizations:ListParents', 'organizations:ListPoliciesForTarget'],
        ...['organizations:ListRoots', 'organizations:ListPolicies', 'organizations:ListTargetsForPolicy'],
      ],
    },
  ]),
  policy('AmazonS3FullAccess', 'v2', '2015-02-06', '2021-09-27', [
    { Action: ['s3:*', 's3-object-lambda:*'] },
  ]),
  policy('AmazonS3ReadOnlyAccess', 'v3', '2015-02-06', '2023-08-10', [
    { Action: ['s3:Get*', 's3:List*', 's3:Describe*', 's3-object-lambda:Get*', 's3-object-lambda:List*'] },
  ]),
  policy('AmazonForecastFullAccess', 'v1', '2019-01-18', '2019-01-18', [
    { Action: ['forecast:*'] },
    {
      Action: ['iam:PassRole'],
      Condition: { StringEquals: { 'iam:PassedToService': 'forecast.amazonaws.com' } },
    },
  ]),
  policy('AWSStepFunctionsFullAccess', 'v1', '2017-01-11', '2017-01-11', [{ Action: 'states:*' }]),
  policy('AmazonSQSFullAccess', 'v1', '2015-02-06', '2015-02-06', [{ Action: ['sqs:*'] }]),
  policy('AmazonSSMReadOnlyAccess', 'v1', '2015-05-29', '2015-05-29', [
    { Action: ['ssm:Describe*', 'ssm:Get*', 'ssm:List*'] },
  ]),
  policy('CloudWatchFullAccess', 'v4', '2015-02-06', '2022-11-27', [
    {
      Action: [
        ...['autoscaling:Describe*', 'cloudwatch:*', 'logs:*', 'sns:*', 'iam:GetPolicy'],
        ...['iam:GetPolicyVersion', 'iam:GetRole', 'oam:ListSinks'],
      ],
    },
    {
      Action: 'iam:CreateServiceLinkedRole',
      Resource:
        'arn:aws:iam::*:role/aws-service-role/events.amazonaws.com/AWSServiceRoleForCloudWatchEvents*',
      Condition: { StringLike: { 'iam:AWSServiceName': 'events.amazonaws.com' } },
    },
    { Action: ['oam:ListAttachedLinks'], Resource: 'arn:aws:oam:*:*:sink/*' },
  ]),
  policy('CloudWatchLogsFullAccess', 'v8', '2015-02-06', '2026-02-12', [
    {
      Sid: 'CloudWatchLogsFullAccess',
      Action: [
        ...['logs:*', 'cloudwatch:GenerateQuery', 'cloudwatch:GenerateQueryResultsSummary'],
        ...['observabilityadmin:GetS3TableIntegration', 'observabilityadmin:ListS3TableIntegrations'],
        'observabilityadmin:ListTelemetryPipelines',
      ],
    },
  ]),
  policy('AWSXRayDaemonWriteAccess', 'v2', '2018-08-28', '2024-02-13', [
    {
      Sid: 'AWSXRayDaemonWriteAccess',
      Action: [
        ...['xray:PutTraceSegments', 'xray:PutTelemetryRecords', 'xray:GetSamplingRules'],
        ...['xray:GetSamplingTargets', 'xray:GetSamplingStatisticSummaries'],
      ],
    },
  ]),
  policy('AWSLambdaExecute', 'v1', '2015-02-06', '2015-02-06', [
    { Action: ['logs:*'], Resource: 'arn:aws:logs:*:*:*' },
    { Action: ['s3:GetObject', 's3:PutObject'], Resource: 'arn:aws:s3:::*' },
  ]),
  policy('AWSLambda_FullAccess', 'v7', '2020-11-17', '2026-02-12', [
    {
      Action: [
        ...['cloudformation:DescribeStacks', 'cloudformation:ListStackResources', 'cloudwatch:ListMetrics'],
        ...['cloudwatch:GetMetricData', 'ec2:DescribeSecurityGroups', 'ec2:DescribeSubnets'],
        ...[
          'ec2:DescribeVpcs',
          'kms:DescribeKey',
          'kms:ListAliases',
          'iam:GetPolicy',
          'iam:GetPolicyVersion',
        ],
        ...['iam:GetRole', 'iam:GetRolePolicy', 'iam:ListAttachedRolePolicies', 'iam:ListRolePolicies'],
        ...['iam:ListRoles', 'lambda:*', 'logs:DescribeLogGroups', 'states:DescribeStateMachine'],
        ...['states:ListStateMachines', 'tag:GetResources', 'xray:GetTraceSummaries', 'xray:BatchGetTraces'],
      ],
    },
    {
      Action: 'iam:PassRole',
      Condition: { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } },
    },
    {
      Action: [
        ...['logs:DescribeLogStreams', 'logs:GetLogEvents', 'logs:FilterLogEvents', 'logs:StartLiveTail'],
        'logs:StopLiveTail',
      ],
      Resource: 'arn:aws:logs:*:*:log-group:/aws/lambda/*',
    },
    {
      Action: 'iam:CreateServiceLinkedRole',
      Resource: 'arn:aws:iam::*:role/aws-service-role/lambda.amazonaws.com/AWSServiceRoleForLambda',
      Condition: { StringEquals: { 'iam:AWSServiceName': 'lambda.amazonaws.com' } },
    },
  ]),
  service('AWSLambdaRole', 'v1', '2015-02-06', '2015-02-06', [
    { Action: ['lambda:InvokeFunction'], Resource: ['*'] },
  ]),
  service('AWSLambdaBasicExecutionRole', 'v1', '2015-04-09', '2015-04-09', [{ Action: WRITE_LOGS }]),
  service('AWSLambdaSQSQueueExecutionRole', 'v1', '2018-06-14', '2018-06-14', [
    { Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', ...WRITE_LOGS] },
  ]),
  service('AWSLambdaVPCAccessExecutionRole', 'v3', '2016-02-11', '2024-01-05', [
    {
      Sid: 'AWSLambdaVPCAccessExecutionPermissions',
      Action: [
        ...WRITE_LOGS,
        ...['ec2:CreateNetworkInterface', 'ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets'],
        ...['ec2:DeleteNetworkInterface', 'ec2:AssignPrivateIpAddresses', 'ec2:UnassignPrivateIpAddresses'],
      ],
    },
  ]),
  service('AWSGlueServiceRole', 'v5', '2017-08-14', '2023-09-11', [
    {
      Action: [
        ...['glue:*', 's3:GetBucketLocation', 's3:ListBucket', 's3:ListAllMyBuckets', 's3:GetBucketAcl'],
        ...['ec2:DescribeVpcEndpoints', 'ec2:DescribeRouteTables', 'ec2:CreateNetworkInterface'],
        ...['ec2:DeleteNetworkInterface', 'ec2:DescribeNetworkInterfaces', 'ec2:DescribeSecurityGroups'],
        ...['ec2:DescribeSubnets', 'ec2:DescribeVpcAttribute', 'iam:ListRolePolicies', 'iam:GetRole'],
        ...['iam:GetRolePolicy', 'cloudwatch:PutMetricData'],
      ],
    },
    { Action: ['s3:CreateBucket'], Resource: ['arn:aws:s3:::aws-glue-*'] },
    {
      Action: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
      Resource: ['arn:aws:s3:::aws-glue-*/*', 'arn:aws:s3:::*/*aws-glue-*/*'],
    },
    { Action: ['s3:GetObject'], Resource: ['arn:aws:s3:::crawler-public*', 'arn:aws:s3:::aws-glue-*'] },
    { Action: WRITE_LOGS, Resource: ['arn:aws:logs:*:*:*:/aws-glue/*'] },
    {
      Action: ['ec2:CreateTags', 'ec2:DeleteTags'],
      Resource: [
        ...['arn:aws:ec2:*:*:network-interface/*', 'arn:aws:ec2:*:*:security-group/*'],
        'arn:aws:ec2:*:*:instance/*',
      ],
      Condition: { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['aws-glue-service-resource'] } },
    },
  ]),
];

const BY_ARN = new Map(KNOWN.map((known) => [awsPolicyArn(known), known]));

export function awsPolicyArn({ path, name }: { path: string; name: string }): string {
  return `arn:aws:iam::aws:policy${path}${name}`;
}

/** The AWS managed policy with a document known here, or undefined. */
export function awsManagedPolicy(arn: string): AwsManagedPolicy | undefined {
  return BY_ARN.get(arn);
}

export function knownAwsPolicies(): readonly AwsManagedPolicy[] {
  return KNOWN;
}

/** An identifier in IAM's form, the same for the same policy; AWS's own are not known here. */
export function awsPolicyId(arn: string): string {
  return `ANPA${createHash('sha256').update(arn).digest('hex').toUpperCase().slice(0, 17)}`;
}

function policy(
  name: string,
  version: string,
  created: string,
  updated: string,
  statements: readonly Allowance[],
) {
  return define('/', name, version, created, updated, statements);
}

function service(
  name: string,
  version: string,
  created: string,
  updated: string,
  statements: readonly Allowance[],
) {
  return define('/service-role/', name, version, created, updated, statements);
}

function define(
  path: string,
  name: string,
  version: string,
  created: string,
  updated: string,
  statements: readonly Allowance[],
): AwsManagedPolicy {
  const Statement = statements.map((statement) => ({ Effect: 'Allow', Resource: '*', ...statement }));
  return {
    path,
    name,
    version,
    created: new Date(created),
    updated: new Date(updated),
    document: JSON.stringify({ Version: '2012-10-17', Statement }),
  };
}
