import type { JsonObject } from '../../src/index.ts';

const sync = 'arn:aws:states:::sagemaker:createTrainingJob.sync';
const call = 'arn:aws:lambda:us-east-1:111111111111:function:work';

export interface CrashMachine {
  readonly definition: JsonObject;
  readonly input: JsonObject;
  /** One flow at a time: the whole history must be the same, not only each flow's part. */
  readonly sequential: boolean;
}

/** A loop, a wait, a task that is retried, one that is caught and a job. */
export const line: CrashMachine = {
  sequential: true,
  input: { turns: 0 },
  definition: {
    StartAt: 'Count',
    States: {
      Count: {
        Type: 'Pass',
        Parameters: { 'turns.$': 'States.MathAdd($.turns, 1)' },
        Assign: { 'last.$': '$.turns' },
        Next: 'Enough',
      },
      Enough: {
        Type: 'Choice',
        Choices: [{ Variable: '$.turns', NumericLessThan: 3, Next: 'Pause' }],
        Default: 'Flaky',
      },
      Pause: { Type: 'Wait', Seconds: 60, Next: 'Count' },
      Flaky: {
        Type: 'Task',
        Resource: call,
        Parameters: { flaky: 'line', 'turns.$': '$last' },
        Retry: [{ ErrorEquals: ['Flaky'], IntervalSeconds: 2 }],
        ResultPath: '$.flaky',
        Next: 'Broken',
      },
      Broken: {
        Type: 'Task',
        Resource: call,
        Parameters: { broken: true },
        Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.caught', Next: 'Train' }],
        Next: 'Train',
      },
      Train: {
        Type: 'Task',
        Resource: sync,
        Parameters: { 'n.$': '$.turns' },
        ResultPath: '$.model',
        Next: 'Done',
      },
      Done: { Type: 'Succeed' },
    },
  },
};

/** Branches with an iteration over jobs, waits and retries, all at once. */
export const fan: CrashMachine = {
  sequential: false,
  input: { items: [1, 2, 3, 4, 5] },
  definition: {
    StartAt: 'Fan',
    States: {
      Fan: {
        Type: 'Parallel',
        Branches: [
          {
            StartAt: 'Each',
            States: {
              Each: {
                Type: 'Map',
                ItemsPath: '$.items',
                MaxConcurrency: 2,
                ItemSelector: { 'n.$': '$$.Map.Item.Value' },
                ItemProcessor: {
                  StartAt: 'Train',
                  States: {
                    Train: { Type: 'Task', Resource: sync, Next: 'Score' },
                    Score: {
                      Type: 'Task',
                      Resource: call,
                      Parameters: { 'flaky.$': "States.Format('score-{}', $.job.n)" },
                      Retry: [{ ErrorEquals: ['Flaky'], BackoffRate: 3 }],
                      End: true,
                    },
                  },
                },
                End: true,
              },
            },
          },
          {
            StartAt: 'Rest',
            States: {
              Rest: { Type: 'Wait', Seconds: 45, Next: 'Inner' },
              Inner: {
                Type: 'Parallel',
                Branches: [
                  { StartAt: 'A', States: { A: { Type: 'Pass', Result: 'a', End: true } } },
                  { StartAt: 'B', States: { B: { Type: 'Task', Resource: sync, End: true } } },
                ],
                End: true,
              },
            },
          },
        ],
        Next: 'Join',
      },
      Join: { Type: 'Pass', End: true },
    },
  },
};

/** A failing iteration that aborts its siblings; the Map is retried, then caught. */
export const failing: CrashMachine = {
  sequential: false,
  input: { items: ['ok', 'broken', 'slow'] },
  definition: {
    StartAt: 'Each',
    States: {
      Each: {
        Type: 'Map',
        ItemsPath: '$.items',
        ItemProcessor: {
          StartAt: 'Which',
          States: {
            Which: {
              Type: 'Choice',
              Choices: [
                { Variable: '$', StringEquals: 'broken', Next: 'Later' },
                { Variable: '$', StringEquals: 'slow', Next: 'Job' },
              ],
              Default: 'Fine',
            },
            Fine: { Type: 'Pass', End: true },
            Later: { Type: 'Wait', Seconds: 5, Next: 'Break' },
            Break: { Type: 'Task', Resource: call, Parameters: { broken: true }, End: true },
            Job: { Type: 'Task', Resource: sync, Parameters: { 'item.$': '$' }, End: true },
          },
        },
        Retry: [{ ErrorEquals: ['Broken'], MaxAttempts: 1 }],
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Caught' }],
        Next: 'Never',
      },
      Never: { Type: 'Fail', Error: 'Unexpected' },
      Caught: { Type: 'Pass', End: true },
    },
  },
};

/** Child executions with a job each, in batches. */
export const distributed: CrashMachine = {
  sequential: false,
  input: { items: [1, 2, 3, 4, 5] },
  definition: {
    StartAt: 'Each',
    States: {
      Each: {
        Type: 'Map',
        ItemsPath: '$.items',
        MaxConcurrency: 2,
        ItemBatcher: { MaxItemsPerBatch: 2 },
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
          StartAt: 'Train',
          States: { Train: { Type: 'Task', Resource: sync, End: true } },
        },
        End: true,
      },
    },
  },
};
