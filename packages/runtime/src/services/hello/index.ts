import { defineService } from '../../dispatch/service.ts';
import { createModel, type RawModel } from '../../model/load.ts';
import { greetingOperations, greetingResource, greetingSchema } from './greetings.ts';
import model from './model.json' with { type: 'json' };

/**
 * The service to copy. It is no service of AWS and is registered in tests only; a real one names its
 * official model (`models: ['glue']`) instead of bringing its own.
 */
export const hello = defineService({
  name: 'hello',
  models: [createModel('hello', model as unknown as RawModel)],
  schema: [greetingSchema],
  unsupported: { TranslateGreeting: 'no translator comes with this machine' },
  create: (host) => ({
    operations: greetingOperations(host),
    resources: { 'Slipway::Hello::Greeting': greetingResource },
  }),
});
