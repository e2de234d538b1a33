/** What the machines work with. */
export interface MachineParts {
  readonly bucket: string;
  readonly queueUrl: string;
  readonly functionArn: string;
  readonly jobName: string;
  readonly nestedArn: string;
}

const INPUT = '{% $states.input %}';
const MARKS = '{% $marks %}';

/** Calls the function, which writes `name` down; it fails with the error `fails` where there is one. */
function work(functionArn: string, name: string, more: object = {}, fails?: string) {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: { FunctionName: functionArn, Payload: { marks: MARKS, name, ...(fails && { fails }) } },
    Output: '{% $states.result.Payload %}',
    ...more,
  };
}

const START = { Type: 'Pass', Assign: { marks: '{% $states.input.marks %}' } };
const pause = (more: object) => ({ Type: 'Wait', Seconds: 30, ...more });
const flow = (StartAt: string, States: object) => ({ StartAt, States });
const machine = (StartAt: string, States: object) => ({ ...flow(StartAt, States), QueryLanguage: 'JSONata' });

/** The machine that the other one starts and waits for. */
export function nestedMachine(functionArn: string): object {
  return machine('Start', {
    Start: { ...START, Next: 'Rest' },
    Rest: pause({ Next: 'Inspect' }),
    Inspect: work(functionArn, 'inspect', { End: true }),
  });
}

/**
 * A machine of everything that can be under way when a runtime is killed, side by side: iterations
 * with tasks that are retried, children over the objects of a bucket, a Glue job and a failure that is
 * caught, an execution of another machine, a message that has to be answered, waits.
 */
export function wholeMachine(parts: MachineParts): object {
  return machine('Start', {
    Start: { ...START, Next: 'Everything' },
    Everything: {
      Type: 'Parallel',
      Branches: [scores(parts), files(parts), training(parts), nested(parts), approval(parts)],
      Next: 'Report',
    },
    Report: {
      Type: 'Task',
      Resource: 'arn:aws:states:::aws-sdk:s3:putObject',
      Arguments: { Bucket: parts.bucket, Key: 'report.json', Body: INPUT },
      Output: INPUT,
      End: true,
    },
  });
}

function scores({ functionArn }: MachineParts): object {
  const name = "{% 'score ' & $states.input & ' try ' & $states.context.State.RetryCount %}";
  const fails = "{% $states.context.State.RetryCount = 0 ? 'Flaky' : '' %}";
  return flow('Scores', {
    Scores: {
      Type: 'Map',
      Items: [1, 2, 3],
      MaxConcurrency: 2,
      ItemProcessor: {
        StartAt: 'Score',
        States: {
          Score: work(functionArn, name, { Retry: [{ ErrorEquals: ['Flaky'] }], Next: 'Pause' }, fails),
          Pause: pause({ End: true }),
        },
      },
      End: true,
    },
  });
}

function files({ bucket, functionArn }: MachineParts): object {
  const name = "{% 'file ' & $states.input.Key %}";
  return flow('Files', {
    Files: {
      Type: 'Map',
      Label: 'Files',
      ItemReader: {
        Resource: 'arn:aws:states:::s3:listObjectsV2',
        Arguments: { Bucket: bucket, Prefix: 'items/' },
      },
      ItemSelector: { Key: '{% $states.context.Map.Item.Value.Key %}', marks: MARKS },
      MaxConcurrency: 2,
      ItemProcessor: {
        ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
        StartAt: 'Begin',
        States: { Begin: { ...START, Next: 'Read' }, Read: work(functionArn, name, { End: true }) },
      },
      ResultWriter: {
        Resource: 'arn:aws:states:::s3:putObject',
        Arguments: { Bucket: bucket, Prefix: 'results' },
      },
      Output: { results: 'written' },
      End: true,
    },
  });
}

function training({ functionArn, jobName }: MachineParts): object {
  return flow('Train', {
    Train: {
      Type: 'Task',
      Resource: 'arn:aws:states:::glue:startJobRun.sync',
      Arguments: { JobName: jobName, Arguments: { '--marks': MARKS } },
      Output: '{% $states.result.JobRunState %}',
      Next: 'Broken',
    },
    Broken: work(
      functionArn,
      'broken',
      {
        Catch: [
          { ErrorEquals: ['Broken'], Output: { caught: '{% $states.errorOutput.Error %}' }, Next: 'Rest' },
        ],
        End: true,
      },
      'Broken',
    ),
    Rest: pause({ End: true }),
  });
}

function nested({ nestedArn }: MachineParts): object {
  return flow('Nested', {
    Nested: {
      Type: 'Task',
      Resource: 'arn:aws:states:::states:startExecution.sync:2',
      Arguments: { StateMachineArn: nestedArn, Input: { marks: MARKS } },
      Output: '{% $states.result.Output %}',
      End: true,
    },
  });
}

function approval({ queueUrl }: MachineParts): object {
  return flow('Approve', {
    Approve: {
      Type: 'Task',
      Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
      Arguments: {
        QueueUrl: queueUrl,
        MessageBody: { marks: MARKS, token: '{% $states.context.Task.Token %}' },
      },
      End: true,
    },
  });
}
