/** A CDK app that knows nothing of Slipway, in plain JavaScript: a queue, a function and a state machine. */
export const PLAIN_APP = `
const { App, CfnOutput, Stack } = require('aws-cdk-lib');
const { Code, Function, Runtime } = require('aws-cdk-lib/aws-lambda');
const { Queue } = require('aws-cdk-lib/aws-sqs');
const { DefinitionBody, StateMachine, TaskInput } = require('aws-cdk-lib/aws-stepfunctions');
const { LambdaInvoke, SqsSendMessage } = require('aws-cdk-lib/aws-stepfunctions-tasks');

const app = new App();
const stack = new Stack(app, app.node.getContext('stack'));
const queue = new Queue(stack, 'Answers');
const double = new Function(stack, 'Double', {
  runtime: Runtime.NODEJS_24_X,
  handler: 'index.handler',
  code: Code.fromInline('exports.handler = async ({ number }) => 2 * number;'),
});
const machine = new StateMachine(stack, 'Machine', {
  definitionBody: DefinitionBody.fromChainable(
    new LambdaInvoke(stack, 'Compute', { lambdaFunction: double, outputPath: '$.Payload' }).next(
      new SqsSendMessage(stack, 'Answer', { queue, messageBody: TaskInput.fromJsonPathAt('$') }),
    ),
  ),
});
new CfnOutput(stack, 'MachineArn', { value: machine.stateMachineArn });
new CfnOutput(stack, 'QueueUrl', { value: queue.queueUrl });
`;

/** Uses the test helper's types as a user's test does; the marked line must not compile. */
export const TYPED_TEST = `
import { startTestRuntime, type TestRuntime } from '@slipway/runtime/testing';
import { App } from 'aws-cdk-lib';

await using runtime: TestRuntime = await startTestRuntime({ access: 'enforce' });
const [stack] = await runtime.deploy(new App());
export const name: string | undefined = stack?.stackName;
// @ts-expect-error there is no such mode
await startTestRuntime({ access: 'perhaps' });
`;
