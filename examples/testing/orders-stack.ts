import { type App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { DefinitionBody, StateMachine, TaskInput, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke, SqsSendMessage } from 'aws-cdk-lib/aws-stepfunctions-tasks';

const TOTAL = `
exports.handler = async ({ lines }) => lines.reduce((sum, { pieces, price }) => sum + pieces * price, 0);
`;

/** Orders: a function adds an order up, and a day later a message to the queue confirms it. */
export class OrdersStack extends Stack {
  constructor(app: App) {
    super(app, 'Orders');
    const confirmations = new Queue(this, 'Confirmations');
    const total = new LambdaFunction(this, 'Total', {
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: Code.fromInline(TOTAL),
    });
    const orders = new StateMachine(this, 'Machine', {
      definitionBody: DefinitionBody.fromChainable(
        new LambdaInvoke(this, 'Add up', {
          lambdaFunction: total,
          resultSelector: { 'total.$': '$.Payload' },
        })
          .next(new Wait(this, 'Time to change one’s mind', { time: WaitTime.duration(Duration.days(1)) }))
          .next(
            new SqsSendMessage(this, 'Confirm', {
              queue: confirmations,
              messageBody: TaskInput.fromJsonPathAt('$'),
            }),
          ),
      ),
    });
    new CfnOutput(this, 'MachineArn', { value: orders.stateMachineArn });
    new CfnOutput(this, 'QueueUrl', { value: confirmations.queueUrl });
  }
}
