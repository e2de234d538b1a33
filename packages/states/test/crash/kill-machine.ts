import type { JsonObject, StartRequest } from '../../src/index.ts';

const job = 'arn:aws:states:::sagemaker:createTrainingJob.sync';

/** Three rounds of a Parallel with a Map of jobs in one branch and a job in the other. */
const definition: JsonObject = {
  StartAt: 'Round',
  States: {
    Round: {
      Type: 'Parallel',
      Branches: [
        {
          StartAt: 'Each',
          States: {
            Each: {
              Type: 'Map',
              ItemsPath: '$.items',
              ItemProcessor: {
                StartAt: 'Train',
                States: { Train: { Type: 'Task', Resource: job, End: true } },
              },
              End: true,
            },
          },
        },
        {
          StartAt: 'Side',
          States: { Side: { Type: 'Task', Resource: job, Parameters: { side: true }, End: true } },
        },
      ],
      ResultPath: '$.result',
      Next: 'Count',
    },
    Count: {
      Type: 'Pass',
      Parameters: {
        'items.$': '$.items',
        'rounds.$': 'States.MathAdd($.rounds, 1)',
        'result.$': '$.result',
      },
      Next: 'Enough',
    },
    Enough: {
      Type: 'Choice',
      Choices: [{ Variable: '$.rounds', NumericLessThan: 3, Next: 'Round' }],
      Default: 'Done',
    },
    Done: { Type: 'Succeed' },
  },
};

export const rounds: StartRequest = {
  executionArn: 'arn:aws:states:us-east-1:111111111111:execution:rounds:run',
  name: 'run',
  stateMachine: {
    arn: 'arn:aws:states:us-east-1:111111111111:stateMachine:rounds',
    name: 'rounds',
    roleArn: 'arn:aws:iam::111111111111:role/rounds',
    definition: JSON.stringify(definition),
  },
  input: { items: [1, 2, 3, 4], rounds: 0 },
};

/** Jobs that the whole execution needs: three times four items and a side task. */
export const jobsInAll = 15;
