import type { DescribeExecutionCommandOutput } from '@aws-sdk/client-sfn';
import type { ExecutionRecord } from '@slipway/states';

/** An execution as DescribeExecution shows it. */
export function describeExecution(
  record: ExecutionRecord,
  withData: boolean,
): Omit<DescribeExecutionCommandOutput, '$metadata'> {
  const { status, failure } = record;
  return {
    executionArn: record.arn,
    stateMachineArn: record.stateMachineArn,
    name: record.name,
    status: status === 'PENDING' ? 'PENDING_REDRIVE' : status,
    startDate: new Date(record.startDate),
    stopDate: record.stopDate === undefined ? undefined : new Date(record.stopDate),
    input: withData ? record.input : undefined,
    inputDetails: { included: withData },
    output: withData ? record.output : undefined,
    outputDetails: record.output === undefined ? undefined : { included: withData },
    mapRunArn: record.mapRun?.arn,
    ...(withData && { error: failure?.error, cause: failure?.cause }),
    ...redriveView(record),
  };
}

/** Whether and why not an execution may be redriven, in the service's words. */
function redriveView(record: ExecutionRecord) {
  if (record.type === 'EXPRESS') return {};
  const { status, redriveCount, redriveDate } = record;
  const shared = { redriveCount, redriveDate: redriveDate === undefined ? undefined : new Date(redriveDate) };
  if (status === 'RUNNING' || status === 'PENDING') {
    return {
      ...shared,
      redriveStatus: 'NOT_REDRIVABLE' as const,
      redriveStatusReason: 'Execution is RUNNING and cannot be redriven',
    };
  }
  if (status === 'SUCCEEDED') {
    return {
      ...shared,
      redriveStatus: 'NOT_REDRIVABLE' as const,
      redriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
    };
  }
  return { ...shared, redriveStatus: 'REDRIVABLE' as const };
}
