import { ServiceError } from '../../dispatch/errors.ts';
import type { Host } from '../../dispatch/host.ts';
import type { ResourceProvider } from '../../dispatch/resource-provider.ts';
import type { Operations } from '../../dispatch/service.ts';
import { Collection } from '../../store/collection.ts';
import { pagePosition, pageToken } from '../../store/page-token.ts';
import type { Greeting, Hello } from './sdk.ts';

export const greetingSchema = Collection.schema('hello_greeting');

/** Operations on greetings: every handler checks, then acts in one transaction that returns the output. */
export function greetingOperations(host: Host) {
  const greetings = new Collection<Greeting>(host.database, 'hello_greeting');
  return {
    CreateGreeting(input, context) {
      const greeting: Greeting = {
        Name: input.Name,
        GreetingArn: context.arn('hello', `greeting/${input.Name}`),
        Text: input.Text,
        CreationTime: context.now,
      };
      return context.transaction(() => {
        if (!greetings.insert(context, input.Name, greeting)) {
          const { GreetingArn } = greeting;
          throw new ServiceError(
            'AlreadyExistsException',
            `A greeting already exists with the arn: ${GreetingArn}`,
            {
              GreetingArn,
            },
          );
        }
        return { GreetingArn: greeting.GreetingArn };
      });
    },

    DescribeGreeting(input, context) {
      return greetings.get(context, input.Name) ?? notFound(input.Name);
    },

    ListGreetings(input, context) {
      const { MaxResults: limit = 100, NextToken } = input;
      const after = NextToken === undefined ? undefined : pagePosition(NextToken, 'greetings');
      if (NextToken !== undefined && after === undefined) {
        throw new ServiceError('ValidationException', 'The NextToken is not valid');
      }
      const found = greetings.list(context, { limit: limit + 1, after });
      const page = found.slice(0, limit);
      return {
        Greetings: page.map(({ document }) => document),
        NextToken: found.length > limit ? pageToken(page.at(-1)!.position, 'greetings') : undefined,
      };
    },

    DeleteGreeting(input, context) {
      return context.transaction(() => {
        if (!greetings.delete(context, input.Name)) notFound(input.Name);
        return {};
      });
    },
  } satisfies Operations<Hello>;
}

function notFound(name: string): never {
  throw new ServiceError('NotFoundException', `No greeting found with the name ${name}`);
}

/** `Slipway::Hello::Greeting`: a CloudFormation resource carried out by the operations above. */
export const greetingResource: ResourceProvider = {
  properties: ['Name', 'Text'],
  replaceOn: ['Name', 'Text'],
  async create(properties, context) {
    const name = (properties['Name'] as string | undefined) ?? context.name(63);
    const hello = context.client<Hello>('hello');
    const { GreetingArn } = await hello.createGreeting({ Name: name, Text: properties['Text'] as string });
    return { physicalId: name, attributes: { Arn: GreetingArn } };
  },
  update(physicalId) {
    throw new Error(`Greeting ${physicalId} is replaced, never updated`);
  },
  async delete(physicalId, _properties, context) {
    await context.client<Hello>('hello').deleteGreeting({ Name: physicalId });
  },
};
