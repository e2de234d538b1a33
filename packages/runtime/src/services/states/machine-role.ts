import type { LoggingConfiguration } from '@aws-sdk/client-sfn';
import { type Caller, roleSession, servicePrincipal } from '../../access/caller.ts';
import type { Need } from '../../access/needs.ts';
import type { CallContext } from '../../dispatch/context.ts';
import { ServiceError } from '../../dispatch/errors.ts';
import type { Host } from '../../dispatch/host.ts';
import type { Scope } from '../../store/collection.ts';

/** Step Functions itself, on account of a state machine; it acts as the machine's role. */
export function statesItself({ account, region }: Scope, machine: string): Caller {
  // Children of a map run have its label behind their machine's name.
  const arn = `arn:aws:states:${region}:${account}:stateMachine:${machine.split('/')[0]}`;
  return servicePrincipal('states.amazonaws.com', account, { account, arn });
}

export interface MachineSettings {
  readonly name: string;
  readonly roleArn: string;
  readonly loggingConfiguration?: LoggingConfiguration | undefined;
  readonly tracingConfiguration?: { readonly enabled?: boolean | undefined } | undefined;
}

// https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-iam-policy
const TO_LOG = [
  ...['logs:CreateLogDelivery', 'logs:GetLogDelivery', 'logs:UpdateLogDelivery', 'logs:DeleteLogDelivery'],
  ...['logs:ListLogDeliveries', 'logs:PutResourcePolicy', 'logs:DescribeResourcePolicies'],
  'logs:DescribeLogGroups',
];
// https://docs.aws.amazon.com/step-functions/latest/dg/xray-iam.html
const TO_TRACE = [
  ...['xray:PutTraceSegments', 'xray:PutTelemetryRecords', 'xray:GetSamplingRules'],
  'xray:GetSamplingTargets',
];

/**
 * Checks what Step Functions needs of a role on AWS when a machine gets it: to be trusted, and permissions
 * for the deliveries of logs and traces, which nobody calls for here.
 *
 * @throws AccessDeniedException where policies are enforced
 */
export function checkMachineRole(host: Host, machine: MachineSettings, context: CallContext): void {
  const { authorizer } = host;
  const { name, roleArn, loggingConfiguration: logging, tracingConfiguration: tracing } = machine;
  if (authorizer.mode === 'off') return;
  // A role that is not there is remarked on when an execution first acts as it.
  if (authorizer.mode === 'audit' && !authorizer.identities.find(roleArn)) return;
  const { region } = context;
  const needs = (actions: readonly string[]): Need[] => actions.map((action) => ({ action, resource: '*' }));
  const asRole = roleSession({ arn: roleArn, id: '' }, name);
  const trust = authorizer.checkAssume(roleArn, statesItself(context, name), region);
  if (trust?.refused) {
    throw denied(
      'Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the provided role.',
    );
  }
  const isLogged = logging?.level !== undefined && logging.level !== 'OFF';
  const toLog = isLogged ? authorizer.checkNeeds(asRole, needs(TO_LOG), region) : undefined;
  if (toLog?.refused) {
    throw denied('The state machine IAM Role is not authorized to access the Log Destination');
  }
  for (const denial of [trust, toLog]) {
    if (denial?.isNew) context.warn(`AWS would deny this: ${denial.sentence}`);
  }
  // Traces that a role may not write are lost on AWS without a word.
  if (tracing?.enabled) authorizer.checkNeeds(asRole, needs(TO_TRACE), region);
}

function denied(sentence: string): ServiceError {
  return new ServiceError('AccessDeniedException', sentence, { status: 400 });
}
