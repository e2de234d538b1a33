import type { Lambda } from '@aws-sdk/client-lambda';
import { StepFailure } from '../../../deploy/engine/failure-reason.ts';
import { isObject } from '../../../deploy/template/template.ts';
import type {
  DeployContext,
  Properties,
  ProvidedResource,
  ResourceProvider,
} from '../../../dispatch/resource-provider.ts';
import type { Responses } from './responses.ts';

// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-customresource.html
const DEFAULT_TIMEOUT_SECONDS = 3600;
const LONGEST_NAME = 128;

type RequestType = 'Create' | 'Update' | 'Delete';

interface CustomRequest {
  readonly type: RequestType;
  readonly properties: Properties;
  readonly previous?: Properties;
  readonly physicalId?: string;
}

interface CustomResponse {
  readonly Status?: unknown;
  readonly Reason?: unknown;
  readonly PhysicalResourceId?: unknown;
  readonly Data?: unknown;
}

/**
 * Custom resources carried out by a Lambda function: it is invoked with a request that has a URL for its
 * answer, as AWS does. A function that was invoked before a crash is not invoked again by the deployment;
 * its answer is waited for.
 */
export function lambdaBackedResource(responses: Responses): ResourceProvider {
  const ask = async (request: CustomRequest, context: DeployContext): Promise<ProvidedResource> => {
    const { properties, type } = request;
    const seconds = Number(properties['ServiceTimeout'] ?? DEFAULT_TIMEOUT_SECONDS);
    const token = context.step;
    await responses.expect(token, seconds * 1000);
    await context.client<Lambda>('lambda').invoke({
      FunctionName: functionOf(properties),
      InvocationType: 'Event',
      Payload: Buffer.from(JSON.stringify(eventOf(request, context, responses.url(token)))),
    });
    // From here on the function may have made something, under an id that only its answer tells.
    if (type === 'Create') context.created(context.name(LONGEST_NAME));
    const answer = await responses.until(
      token,
      (answers) => answers.at(-1) as CustomResponse,
      context.signal,
    );
    if (!answer) throw new StepFailure(timeoutReason(token));
    return provided(answer, type, context, token);
  };
  return {
    properties: 'any',
    replaceOn: ['ServiceToken'],
    create: async (properties, context) => await ask({ type: 'Create', properties }, context),
    update: async (physicalId, properties, previous, context) =>
      await ask({ type: 'Update', properties, previous, physicalId }, context),
    delete: async (physicalId, properties, context) => {
      await ask({ type: 'Delete', properties, physicalId }, context);
    },
  };
}

function functionOf({ ServiceToken }: Properties): string {
  if (typeof ServiceToken === 'string' && /^arn:[^:]+:lambda:/.test(ServiceToken)) return ServiceToken;
  throw new StepFailure(
    `Invalid service token: ${String(ServiceToken)}. This version of Slipway carries out custom resources by Lambda functions only.`,
  );
}

function eventOf(request: CustomRequest, context: DeployContext, url: string): object {
  const { type, properties, previous, physicalId } = request;
  return {
    RequestType: type,
    ServiceToken: properties['ServiceToken'],
    ResponseURL: url,
    StackId: context.stackId,
    RequestId: requestId(context.step),
    LogicalResourceId: context.logicalId,
    ResourceType: context.resourceType,
    ...(physicalId !== undefined && { PhysicalResourceId: physicalId }),
    ResourceProperties: asTexts(properties),
    ...(previous && { OldResourceProperties: asTexts(previous) }),
  };
}

/** Functions get every scalar as text, whatever the template has. */
function asTexts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asTexts);
  if (isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, asTexts(member)]));
  }
  return String(value);
}

function provided(
  { Status, Reason, PhysicalResourceId, Data }: CustomResponse,
  type: RequestType,
  context: DeployContext,
  token: string,
): ProvidedResource {
  const id =
    typeof PhysicalResourceId === 'string' && PhysicalResourceId !== '' ? PhysicalResourceId : undefined;
  if (Status !== 'SUCCESS') {
    if (type === 'Create' && id !== undefined) context.created(id);
    throw new StepFailure(
      `Received response status [FAILED] from custom resource. Message returned: ${String(Reason)} (RequestId: ${requestId(token)})`,
    );
  }
  if (id === undefined && type !== 'Delete') throw new StepFailure('Invalid PhysicalResourceId');
  return { physicalId: id ?? '', attributes: isObject(Data) ? Data : {} };
}

function timeoutReason(token: string): string {
  return (
    'CloudFormation did not receive a response from your Custom Resource. Please check your logs for requestId ' +
    `[${requestId(token)}]. If you are using the Python cfn-response module, you may need to update your Lambda ` +
    'function code so that CloudFormation can attach the updated version.'
  );
}

/** The step's name as a UUID, which is the form that functions expect. */
function requestId(token: string): string {
  return token.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
}
