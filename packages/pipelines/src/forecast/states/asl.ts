/**
 * States as Amazon States Language has them, in its JSONata form: what is written here is what runs.
 * https://states-language.net and https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
 */
export type State = Readonly<Record<string, unknown>>;
export type States = Readonly<Record<string, State>>;

/** A JSONata expression as the language marks it. */
export function jsonata(expression: string): string {
  return `{% ${expression} %}`;
}

/** Throttling and faults of the called service itself; what CDK's own tasks retry, in SDK integrations' names. */
export function retries(service: string): readonly unknown[] {
  return [
    {
      ErrorEquals: [
        `${service}.SdkClientException`,
        `${service}.ThrottlingException`,
        `${service}.InternalServerException`,
        `${service}.ServiceUnavailableException`,
      ],
      IntervalSeconds: 2,
      MaxAttempts: 6,
      BackoffRate: 2,
      JitterStrategy: 'FULL',
    },
  ];
}

// At most three jobs of a kind run at once in an account, and a dataset takes one import at a time.
const BUSY_RETRIES = {
  ErrorEquals: ['Forecast.LimitExceededException', 'Forecast.ResourceInUseException'],
  IntervalSeconds: 30,
  MaxAttempts: 120,
  BackoffRate: 1,
};

/** A call of Amazon Forecast; busy resources and reached limits are waited for, up to an hour. */
export function forecastCall(action: string, argument: unknown, rest: State): State {
  return sdkCall('forecast', 'Forecast', action, argument, {
    ...rest,
    Retry: [BUSY_RETRIES, ...retries('Forecast')],
  });
}

/** A call of any AWS API by its name in the SDK integration. */
export function sdkCall(
  service: string,
  errorPrefix: string,
  action: string,
  argument: unknown,
  rest: State,
): State {
  return {
    Type: 'Task',
    Resource: `arn:aws:states:::aws-sdk:${service}:${action}`,
    Arguments: argument,
    Retry: retries(errorPrefix),
    ...rest,
  };
}

export const GLUE_RETRIES: readonly unknown[] = [
  {
    ErrorEquals: [
      'Glue.ConcurrentRunsExceededException',
      'Glue.SdkClientException',
      'Glue.ThrottlingException',
    ],
    IntervalSeconds: 30,
    MaxAttempts: 20,
    BackoffRate: 1,
  },
];

/**
 * A Glue job, run to its end. When it fails, the job's own message becomes the failure's cause, in the
 * state `Note-Failed-<name>`. A run that somebody stopped ends the task well, and all the same did not
 * do its work.
 */
export function glueJob(
  name: string,
  job: { jobName: string; arguments: State; next: string; failed: string },
): States {
  const note = `Note-Failed-${name}`;
  const check = `Check-${name}`;
  const stopped = `Note-Stopped-${name}`;
  return {
    [name]: {
      Type: 'Task',
      Resource: 'arn:aws:states:::glue:startJobRun.sync',
      Arguments: { JobName: job.jobName, Arguments: job.arguments },
      Retry: GLUE_RETRIES,
      Assign: { jobState: jsonata('$states.result.JobRunState') },
      ...catchTo(note),
      Next: check,
    },
    [check]: {
      Type: 'Choice',
      Choices: [{ Condition: jsonata("$jobState = 'SUCCEEDED'"), Next: job.next }],
      Default: stopped,
    },
    [stopped]: {
      Type: 'Pass',
      Assign: {
        failure: { Error: 'JobFailed', Cause: jsonata(`'${job.jobName}: the run ended ' & $jobState`) },
      },
      Next: job.failed,
    },
    [note]: {
      Type: 'Pass',
      Assign: {
        failure: {
          Error: jsonata("$failure.Error = 'States.TaskFailed' ? 'JobFailed' : $failure.Error"),
          Cause: jsonata(
            `$failure.Error = 'States.TaskFailed' ? '${job.jobName}: ' & $parse($failure.Cause).ErrorMessage : $failure.Cause`,
          ),
        },
      },
      Next: job.failed,
    },
  };
}

/** Where every failure goes: it is remembered, what the run made is cleaned up, and it is told at the end. */
export function catchTo(next: string): { readonly Catch: readonly unknown[] } {
  return {
    Catch: [{ ErrorEquals: ['States.ALL'], Assign: { failure: jsonata('$states.errorOutput') }, Next: next }],
  };
}

// 10 s at first, then longer, a minute at most: quick jobs are noticed soon, and five hours of waiting
// stay far below the 25,000 events that an execution may have (9 a round).
const PAUSE = (polls: string) => jsonata(`$min([10 + 5 * ${polls}, 60])`);
const MOST_POLLS = 300;

/** What a waiting loop has to know. */
export interface Awaited {
  /** Names its states: `Await-<name>` and so on. */
  readonly name: string;
  /** Describe action and its argument. */
  readonly action: string;
  readonly argument: unknown;
  /** Where to go when it is ACTIVE. */
  readonly next: string;
  /** Prefix of the loop's variables; inside a Map they must differ from those outside. */
  readonly variable: string;
  /** What failed, in words, as a JSONata expression. */
  readonly subject: string;
  /** States to go on with when it failed; the failure is in `$<variable>Failure`. */
  readonly failed: string;
  readonly onError?: State;
}

/**
 * A loop that waits until a resource is ACTIVE, five hours at most. Any other end than ACTIVE is a
 * failure with the service's own message.
 */
export function awaitActive(awaited: Awaited): States {
  const { name, action, argument, next, variable, subject, failed, onError = {} } = awaited;
  const describe = `Describe-${name}`;
  const check = `Check-${name}`;
  const wait = `Wait-For-${name}`;
  const fault = `Note-Failed-${name}`;
  return {
    [describe]: forecastCall(action, argument, {
      Assign: {
        [`${variable}Status`]: jsonata('$states.result.Status'),
        [`${variable}Message`]: jsonata(
          "$exists($states.result.Message) ? $states.result.Message : 'the service gave no reason'",
        ),
        [`${variable}Polls`]: jsonata(`$${variable}Polls + 1`),
      },
      ...onError,
      Next: check,
    }),
    [check]: {
      Type: 'Choice',
      Choices: [
        { Condition: jsonata(`$${variable}Status = 'ACTIVE'`), Next: next },
        {
          Condition: jsonata(
            `$${variable}Status in ['CREATE_PENDING', 'CREATE_IN_PROGRESS'] and $${variable}Polls < ${MOST_POLLS}`,
          ),
          Next: wait,
        },
      ],
      Default: fault,
    },
    [wait]: { Type: 'Wait', Seconds: PAUSE(`$${variable}Polls`), Next: describe },
    [fault]: {
      Type: 'Pass',
      Assign: {
        [`${variable}Failure`]: {
          Error: 'ResourceFailed',
          Cause: jsonata(
            `${subject} & ($${variable}Polls < ${MOST_POLLS} ? ' ended ' & $${variable}Status & ': ' & $${variable}Message : ' was not ready after five hours (' & $${variable}Status & ')')`,
          ),
        },
      },
      Next: failed,
    },
  };
}

/** The variables that a waiting loop starts with. */
export function loopStart(variable: string): State {
  return { [`${variable}Polls`]: 0 };
}
