import type { ServiceDefinition } from '../dispatch/service.ts';
import { cloudformation } from './cloudformation/index.ts';
import { cloudwatch } from './cloudwatch/index.ts';
import { events } from './events/index.ts';
import { forecast } from './forecast/index.ts';
import { glue } from './glue/index.ts';
import { iam } from './iam/index.ts';
import { lambda } from './lambda/index.ts';
import { logs } from './logs/index.ts';
import { s3 } from './s3/index.ts';
import { sagemaker } from './sagemaker/index.ts';
import { sns } from './sns/index.ts';
import { sqs } from './sqs/index.ts';
import { ssm } from './ssm/index.ts';
import { states } from './states/index.ts';
import { sts } from './sts/index.ts';

/** Every service of the runtime. Registering one is one line here. */
export const services: readonly ServiceDefinition[] = [
  cloudwatch,
  events,
  cloudformation,
  iam,
  logs,
  lambda,
  s3,
  sagemaker,
  sns,
  sqs,
  ssm,
  states,
  sts,
  forecast,
  glue,
];
