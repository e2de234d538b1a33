/** Writes down that it began, and fails where it is told to. */
export const WORK = `const { appendFileSync } = require('node:fs');
exports.handler = async ({ marks, name, fails }) => {
  appendFileSync(marks, name + '\\n');
  if (fails) throw Object.assign(new Error(name + ' fails'), { name: fails });
  return { name };
};`;

/** Answers whoever sent the message. A message that comes again has been answered before. */
export const APPROVE = `const { appendFileSync } = require('node:fs');
const { SFN } = require('@aws-sdk/client-sfn');
exports.handler = async ({ Records }) => {
  for (const { body } of Records) {
    const { marks, token } = JSON.parse(body);
    appendFileSync(marks, 'approve\\n');
    try {
      await new SFN({}).sendTaskSuccess({ taskToken: token, output: '{"approved":true}' });
    } catch (error) {
      if (error.name !== 'TaskTimedOut') throw error;
    }
  }
};`;

/** Trains nothing, for a little while. */
export const TRAIN = `import sys, time
from awsglue.utils import getResolvedOptions
marks = getResolvedOptions(sys.argv, ['marks'])['marks']
with open(marks, 'a') as file:
    file.write('train\\n')
time.sleep(0.3)
print('trained')
`;
