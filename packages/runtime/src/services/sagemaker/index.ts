import { defineService } from '../../dispatch/service.ts';
import { sagemakerAccess } from './access.ts';
import { ContainerLogs } from './container/container-logs.ts';
import { endpointConfigOperations } from './endpoints/endpoint-configs.ts';
import { endpointOperations } from './endpoints/endpoints.ts';
import { instanceKind } from './endpoints/instance-process.ts';
import { invokeOperations } from './endpoints/invoke.ts';
import { EndpointLifecycle, SERVING_KIND } from './endpoints/lifecycle.ts';
import { Routes } from './endpoints/routes.ts';
import { EVENT_ORDER, StateEvents } from './events.ts';
import { AlgorithmImages } from './images/algorithm-images.ts';
import { modelOperations } from './models/models.ts';
import type { SageMakerParts } from './parts.ts';
import { PROCESSING_FINISH_ORDER, ProcessingLifecycle } from './processing/lifecycle.ts';
import { PROCESSING_KIND } from './processing/processing-job.ts';
import { processingJobOperations } from './processing/processing-jobs.ts';
import { processingKind } from './processing/processing-process.ts';
import { ResourceStore, resourcesSchema } from './resource-store.ts';
import { sagemakerResources } from './resources/index.ts';
import { LiveInstances } from './serving/live-instances.ts';
import { tagOperations } from './tags.ts';
import { trainingKind } from './training/host-process.ts';
import { FINISH_ORDER, TrainingLifecycle } from './training/lifecycle.ts';
import { TRAINING_KIND } from './training/training-job.ts';
import { trainingJobOperations } from './training/training-jobs.ts';
import { TRANSFORM_KIND } from './transform/transform-job.ts';
import { transformJobOperations } from './transform/transform-jobs.ts';
import { transformKind } from './transform/transform-process.ts';

/** SageMaker and its runtime API: algorithm images as processes of this machine. */
export const sagemaker = defineService({
  name: 'sagemaker',
  models: ['sagemaker', 'sagemaker-runtime'],
  schema: [resourcesSchema],
  quirks: { validationCode: { 'sagemaker-runtime': 'ValidationError' } },
  create(host) {
    const store = new ResourceStore(host.database);
    const events = new StateEvents(host);
    const logs = new ContainerLogs(host);
    const parts: SageMakerParts = { host, store, images: new AlgorithmImages(host), events, logs };
    const live = new LiveInstances(host.clock);
    const routes = new Routes(store);
    const training = new TrainingLifecycle(parts);
    const endpoints = new EndpointLifecycle(parts, live, routes);
    host.jobs.define(TRAINING_KIND, trainingKind(parts, training));
    host.jobs.define(SERVING_KIND, instanceKind(parts, endpoints, live));
    const processing = new ProcessingLifecycle(parts);
    host.jobs.define(PROCESSING_KIND, processingKind(parts, processing));
    host.jobs.define(TRANSFORM_KIND, transformKind(parts, live));
    return {
      access: sagemakerAccess,
      operations: {
        ...trainingJobOperations(parts, training),
        ...transformJobOperations(parts),
        ...processingJobOperations(parts, processing),
        ...modelOperations(parts),
        ...endpointConfigOperations(parts),
        ...endpointOperations(parts, endpoints),
        ...invokeOperations(host, routes, live),
        ...tagOperations(parts),
      },
      orders: {
        [EVENT_ORDER]: events.send,
        [FINISH_ORDER]: training.finish,
        [PROCESSING_FINISH_ORDER]: processing.finish,
        ...endpoints.orders,
      },
      resources: sagemakerResources(host),
      stop: () => live.stop(),
    };
  },
});
