import { Deployer } from '../../deploy/deployer.ts';
import { defineService } from '../../dispatch/service.ts';
import { cloudformationAccess } from './access.ts';
import { Bootstrap } from './bootstrap/bootstrap.ts';
import { changeSetViewOperations } from './change-set-view.ts';
import { changeSetOperations } from './change-sets.ts';
import { customResources } from './custom/index.ts';
import { Responses } from './custom/responses.ts';
import { exportOperations } from './exports.ts';
import { nestedStack } from './nested-stacks.ts';
import { rollbackOperations } from './rollbacks.ts';
import { stackEventOperations } from './stack-events.ts';
import { stackPolicyOperations } from './stack-policies.ts';
import { stackResourceOperations } from './stack-resources.ts';
import { stackOperations } from './stacks.ts';
import { templateOperations } from './templates.ts';
import { unsupported } from './unsupported.ts';
import { signalOperations, waitConditionResources } from './wait-conditions.ts';

/** CloudFormation: stacks and change sets over the deploy engine. */
export const cloudformation = defineService({
  name: 'cloudformation',
  models: ['cloudformation'],
  schema: [...Deployer.schema, Responses.schema],
  unsupported,
  quirks: { validationCode: 'ValidationError' },
  create(host) {
    const deployer = new Deployer(host);
    const responses = new Responses(host);
    const bootstrap = new Bootstrap(deployer);
    return {
      access: cloudformationAccess,
      operations: {
        ...stackOperations(deployer),
        ...changeSetOperations(deployer),
        ...changeSetViewOperations(deployer),
        ...rollbackOperations(deployer),
        ...stackResourceOperations(deployer),
        ...stackEventOperations(deployer),
        ...stackPolicyOperations(deployer),
        ...templateOperations(deployer),
        ...exportOperations(deployer),
        ...signalOperations(deployer, responses),
      },
      orders: deployer.orders,
      resources: {
        'AWS::CloudFormation::Stack': nestedStack(deployer),
        ...waitConditionResources(responses),
        ...customResources(responses),
      },
      answer: (path, request, response) => responses.answer(path, request, response),
      beforeCall: (call) => bootstrap.beforeCall(call),
      async start() {
        await deployer.start();
        await host.database.transaction(() => responses.prune());
      },
      stop: () => deployer.stop(),
    };
  },
});
