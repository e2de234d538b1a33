import type { IAM } from '@aws-sdk/client-iam';
import { ServiceError } from '../../dispatch/errors.ts';
import type { Host } from '../../dispatch/host.ts';
import type { Operations } from '../../dispatch/service.ts';
import { type Directory, nameKey, type RoleEntity } from './directory.ts';
import { noSuchEntity } from './failures.ts';
import { describeRole } from './roles.ts';
import { entityArn, globalScope } from './scope.ts';

export const deletionTaskSchema =
  'CREATE TABLE iam_deletion_task (id TEXT PRIMARY KEY, account TEXT NOT NULL) STRICT;';

// Each service chooses the name of its role.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html
const NAMES: Readonly<Record<string, string>> = {
  'apidestinations.events.amazonaws.com': 'AmazonEventBridgeApiDestinations',
  'autoscaling.amazonaws.com': 'AutoScaling',
  'ecs.amazonaws.com': 'ECS',
  'elasticbeanstalk.amazonaws.com': 'ElasticBeanstalk',
  'elasticloadbalancing.amazonaws.com': 'ElasticLoadBalancing',
  'events.amazonaws.com': 'CloudWatchEvents',
  'lambda.amazonaws.com': 'Lambda',
  'lex.amazonaws.com': 'LexBots',
  ...Object.fromEntries(
    [
      ['custom-resource', 'CustomResource'],
      ['dynamodb', 'DynamoDBTable'],
      ['ecs', 'ECSService'],
      ['lambda', 'LambdaConcurrency'],
      ['rds', 'RDSCluster'],
      ['sagemaker', 'SageMakerEndpoint'],
    ].map(([service, target]) => [
      `${service}.application-autoscaling.amazonaws.com`,
      `ApplicationAutoScaling_${target}`,
    ]),
  ),
  'ops.apigateway.amazonaws.com': 'APIGateway',
  'rds.amazonaws.com': 'RDS',
  'sagemaker.amazonaws.com': 'AmazonSageMakerNotebooks',
  'ssm.amazonaws.com': 'AmazonSSM',
};

/** Roles that belong to a service of AWS. */
export function serviceLinkedRoleOperations(host: Host, directory: Directory) {
  const { roles } = directory;
  const { database } = host;

  return {
    CreateServiceLinkedRole({ AWSServiceName: service, Description, CustomSuffix }, context) {
      const scope = globalScope(context);
      const known = NAMES[service];
      const base = `AWSServiceRoleFor${known ?? service.split('.')[0]}`;
      const name = CustomSuffix === undefined ? base : `${base}_${CustomSuffix}`;
      if (!known) context.warn(`How ${service} names its role is not known here; it is called ${name}.`);
      const path = `/aws-service-role/${service}/`;
      const role: RoleEntity = {
        id: `AROA${host.ids.base32(17)}`,
        name,
        path,
        arn: entityArn(context, 'role', path, name),
        created: context.now,
        trustPolicy: trustOf(service),
        description: Description,
        maxSessionSeconds: 3600,
        tags: [],
      };
      return context.transaction(() => {
        if (!roles.insert(scope, nameKey(name), role)) {
          throw invalidInput(
            `Service role name ${name} has been taken in this account, please try a different suffix.`,
          );
        }
        return { Role: describeRole(role) };
      });
    },

    DeleteServiceLinkedRole({ RoleName }, context) {
      const scope = globalScope(context);
      return context.transaction(() => {
        const { path, name } = directory.role(scope, RoleName);
        if (!path.startsWith('/aws-service-role/'))
          throw invalidInput(`${name} is not a service-linked role.`);
        roles.delete(scope, nameKey(name));
        const id = `task${path}${name}/${host.ids.uuid()}`;
        database.run('INSERT INTO iam_deletion_task VALUES (?, ?)', id, context.account);
        return { DeletionTaskId: id };
      });
    },

    GetServiceLinkedRoleDeletionStatus({ DeletionTaskId }, context) {
      const sql = 'SELECT id FROM iam_deletion_task WHERE id = ? AND account = ?';
      if (!database.get(sql, DeletionTaskId, context.account)) {
        throw noSuchEntity(`The deletion task with id ${DeletionTaskId} cannot be found.`);
      }
      return { Status: 'SUCCEEDED' as const };
    },
  } satisfies Operations<IAM>;
}

function trustOf(service: string): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Action: ['sts:AssumeRole'], Effect: 'Allow', Principal: { Service: [service] } }],
  });
}

function invalidInput(message: string): ServiceError {
  return new ServiceError('InvalidInputException', message);
}
