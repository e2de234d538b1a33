import { App, Tags } from 'aws-cdk-lib';
import { ForecastMlopsPipelineStack } from './forecast/forecast-stack.ts';

// The pipelines as a CDK app: `npx cdk deploy ForecastMlopsPipelineStack`. Context keys:
//   -c prefix=sales-              several deployments in one account
//   -c notify-email=you@example   mail about how each run ended
//
// Feature flags stand here rather than in cdk.json, so that every way to synthesize gives one template.
const app = new App({
  context: {
    '@aws-cdk/core:target-partitions': ['aws', 'aws-cn'],
    '@aws-cdk/aws-iam:minimizePolicies': true,
    '@aws-cdk/core:checkSecretUsage': true,
  },
});
const prefix = app.node.tryGetContext('prefix') as string | undefined;
const email = app.node.tryGetContext('notify-email') as string | undefined;

new ForecastMlopsPipelineStack(app, `${prefix ?? ''}ForecastMlopsPipelineStack`, {
  description: 'Slipway pipeline A: forecasts from a zip of CSV files with Amazon Forecast',
  ...(prefix && { prefix }),
  ...(email && { notify: { email } }),
});
Tags.of(app).add('application', 'slipway');
