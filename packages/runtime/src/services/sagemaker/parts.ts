import type { Host } from '../../dispatch/host.ts';
import type { ContainerLogs } from './container/container-logs.ts';
import type { StateEvents } from './events.ts';
import type { AlgorithmImages } from './images/algorithm-images.ts';
import type { ResourceStore } from './resource-store.ts';

/** What the service's parts share. */
export interface SageMakerParts {
  readonly host: Host;
  readonly store: ResourceStore;
  readonly images: AlgorithmImages;
  readonly events: StateEvents;
  readonly logs: ContainerLogs;
}
