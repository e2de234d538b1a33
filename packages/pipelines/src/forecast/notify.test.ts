import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { expect, test } from 'vitest';
import { ForecastPipeline } from './forecast-pipeline.ts';
import { resourcesOf, statementsOf, templateOf, textOf } from './testing/stack.ts';

function definitionOf(template: Template): string {
  const [machine] = resourcesOf(template, 'AWS::StepFunctions::StateMachine');
  return textOf(machine?.Properties['DefinitionString']);
}

const publishing = (template: Template) =>
  statementsOf(template).filter(({ Action }) => [Action].flat().some((action) => action.startsWith('sns:')));

test('nobody is notified without being named: no topic, no state, no permission', () => {
  const template = templateOf();
  expect(resourcesOf(template).filter(({ Type }) => Type.startsWith('AWS::SNS::'))).toEqual([]);
  expect(definitionOf(template)).not.toMatch(/sns:publish|Notify/);
  expect(publishing(template)).toEqual([]);
});

test('an address gets a topic of the pipeline, to which only its state machine may publish', () => {
  const template = templateOf({ notify: { email: 'you@example.com' } });
  expect(resourcesOf(template, 'AWS::SNS::Subscription')).toMatchObject([
    { Properties: { Protocol: 'email', Endpoint: 'you@example.com' } },
  ]);
  const [topic] = Object.keys(template.findResources('AWS::SNS::Topic'));
  expect(publishing(template)).toEqual([
    { Effect: 'Allow', Action: 'sns:Publish', Resource: { Ref: topic } },
  ]);
  const [policy] = resourcesOf(template, 'AWS::SNS::TopicPolicy');
  expect(policy?.Properties).toMatchObject({
    PolicyDocument: {
      Statement: [
        { Effect: 'Deny', Principal: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
      ],
    },
  });
});

test('a topic of the user’s own is used as it is', () => {
  const stack = new Stack(new App(), 'Own');
  const topic = Topic.fromTopicArn(stack, 'News', 'arn:aws:sns:us-east-1:123456789012:news');
  new ForecastPipeline(stack, 'Forecast', { notify: { topic } });
  const template = Template.fromStack(stack);
  expect(resourcesOf(template).filter(({ Type }) => Type.startsWith('AWS::SNS::'))).toEqual([]);
  expect(publishing(template)).toMatchObject([{ Resource: topic.topicArn }]);
  expect(definitionOf(template).match(/sns:publish/g)).toHaveLength(2);
});
