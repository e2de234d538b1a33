import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Host } from '../../dispatch/host.ts';
import { defineService, type Service } from '../../dispatch/service.ts';
import { lambdaAccess } from './access.ts';
import { Activation } from './activation.ts';
import { aliasOperations } from './aliases.ts';
import { AsyncInvocations } from './async-invocations.ts';
import { CodeStore } from './code-store.ts';
import { concurrencyOperations } from './concurrency.ts';
import { eventInvokeConfigOperations } from './event-invoke-configs.ts';
import { FunctionMetrics } from './function-metrics.ts';
import { FunctionStore, functionSchema } from './function-store.ts';
import { functionUpdateOperations } from './function-updates.ts';
import { functionOperations } from './functions.ts';
import { Invocations } from './invocations.ts';
import { invokeOperations } from './invoke.ts';
import { InvokeConfigStore, invokeConfigSchema } from './invoke-config-store.ts';
import { LayerStore, layerSchema } from './layer-store.ts';
import { forgetUnusedLayers, layerOperations } from './layers.ts';
import { LogShipper } from './logs/log-shipper.ts';
import { mappingOperations } from './mappings/event-source-mappings.ts';
import { MappingStore, mappingSchema } from './mappings/mapping-store.ts';
import { Pollers } from './mappings/pollers.ts';
import type { LambdaParts } from './parts.ts';
import { permissionOperations } from './permissions.ts';
import { PolicyStore, policySchema } from './policy-store.ts';
import { lambdaResources } from './resources/index.ts';
import { runtimeOf } from './runtimes.ts';
import { tagOperations } from './tags.ts';
import { Throttling } from './throttling.ts';
import { unsupported } from './unsupported.ts';
import { PYTHON_IMAGE } from './workers/function-process.ts';
import { WorkerPool } from './workers/pool.ts';

/** Lambda: functions in Node.js and Python as real processes, kept warm. */
export const lambda = defineService({
  name: 'lambda',
  models: ['lambda'],
  schema: [[functionSchema, layerSchema, policySchema, invokeConfigSchema].join('\n'), mappingSchema],
  transient: ['lambda/unpacked', 'lambda/processes'],
  unsupported,
  create: createLambda,
});

function createLambda(host: Host): Service {
  const { database } = host;
  const folder = host.folder('lambda');
  const functions = new FunctionStore(database);
  const layers = new LayerStore(database);
  const codes = new CodeStore(
    folder,
    () => host.ids.hex(12),
    (sha256) => functions.hasCode(sha256) || layers.hasCode(sha256),
  );
  const shipper = new LogShipper(host);
  const metrics = new FunctionMetrics(host);
  const workers = new WorkerPool({ host, codes, layers }, shipper, folder);
  const activation = new Activation(host, functions, async ({ Code, Settings }) => {
    await codes.folderOf(Code.Sha256);
    if (runtimeOf(Settings.Runtime).language === 'python') await host.environments.ensure(PYTHON_IMAGE);
  });
  const parts: LambdaParts = {
    host,
    functions,
    layers,
    policies: new PolicyStore(database),
    invokeConfigs: new InvokeConfigStore(database),
    codes,
    activation,
    workers,
  };
  const invocations = new Invocations(host, workers, new Throttling(functions), metrics);
  const asyncInvocations = new AsyncInvocations(host, parts, invocations);
  const mappings = new MappingStore(database);
  const pollers = new Pollers(host, mappings);
  return {
    operations: {
      ...functionOperations(parts),
      ...functionUpdateOperations(parts),
      ...aliasOperations(parts),
      ...layerOperations(parts),
      ...permissionOperations(parts),
      ...tagOperations(parts),
      ...concurrencyOperations(parts),
      ...eventInvokeConfigOperations(parts),
      ...invokeOperations(parts, invocations, asyncInvocations),
      ...mappingOperations(parts, mappings, pollers),
    },
    access: lambdaAccess(parts.policies),
    orders: { ...activation.orders, ...asyncInvocations.orders },
    resources: lambdaResources(host),
    answer: (path, request, response) => answerDownload(codes, path, request, response),
    async start() {
      workers.start();
      await activation.retryFailed();
      await database.transaction(() => forgetUnusedLayers(parts));
      // Nobody waits for the unpacked code of earlier lives to be gone.
      void codes.sweep();
    },
    ready: () => pollers.start(),
    async stop() {
      await Promise.all([pollers.stop(), workers.stop()]);
      await shipper.stop();
      await metrics.stop();
    },
  };
}

/** `<sha256 in hexadecimal>.zip`, which GetFunction and GetLayerVersion give the location of. */
function answerDownload(
  codes: CodeStore,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  const hash = /^([0-9a-f]{64})\.zip$/.exec(path)?.[1];
  const archive = hash === undefined ? undefined : codes.read(Buffer.from(hash, 'hex').toString('base64'));
  if (!archive || request.method !== 'GET') return false;
  response.writeHead(200, { 'content-type': 'application/zip' });
  // A download that is broken off is the client's to repeat.
  pipeline(archive, response).catch(() => response.destroy());
  return true;
}
