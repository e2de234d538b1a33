import { invalidBecause, invalidParameter, notSupported } from '../errors.ts';
import { isFifo, type Topic } from '../topics/topics-table.ts';

const QUEUE_ARN = /^arn:aws[a-z-]*:sqs:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,80}(\.fifo)?$/;
const FUNCTION_ARN = /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9-_]+(:[A-Za-z0-9-_$]+)?$/;
const ADDRESS = /^[^\s@"<>,;]+@[^\s@"<>,;]+\.[^\s@"<>,;]+$/;
/** Names of this machine: nothing is sent anywhere else. */
const LOOPBACK = /^(127(\.\d{1,3}){3}|localhost|.+\.localhost|\[::1\])$/;

/**
 * Checks who is to get a topic's messages.
 *
 * @throws InvalidParameterException
 */
export function checkEndpoint(topic: Topic, protocol: string, endpoint: string): void {
  if (isFifo(topic) && protocol !== 'sqs') {
    throw invalidBecause(
      'Endpoint',
      `Invalid parameter: Endpoint Reason: Please use an SQS queue: FIFO topics deliver to queues only`,
    );
  }
  switch (protocol) {
    case 'sqs':
      if (!QUEUE_ARN.test(endpoint)) throw invalidParameter('SQS endpoint ARN');
      if (endpoint.endsWith('.fifo') && !isFifo(topic)) {
        throw invalidParameter(
          'Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics',
        );
      }
      return;
    case 'lambda':
      if (!FUNCTION_ARN.test(endpoint)) throw invalidParameter('Lambda endpoint ARN');
      return;
    case 'email':
    case 'email-json':
      if (!ADDRESS.test(endpoint)) throw invalidParameter('Email address');
      return;
    case 'http':
    case 'https':
      checkAddress(protocol, endpoint);
      return;
    case 'sms':
    case 'application':
    case 'firehose':
      throw notSupported('Protocol', `The protocol ${protocol}`);
    default:
      throw invalidParameter(`Unsupported protocol: ${protocol}`);
  }
}

function checkAddress(protocol: string, endpoint: string): void {
  if (!endpoint.startsWith(`${protocol}://`) || !URL.canParse(endpoint)) {
    throw invalidBecause('Endpoint', 'Endpoint must match the specified protocol');
  }
  if (!LOOPBACK.test(new URL(endpoint).hostname)) {
    throw notSupported('Endpoint', 'An address outside this machine');
  }
}
