import type { ServiceDefinition } from '../dispatch/service.ts';
import { sts } from './sts/index.ts';

/** Every service of the runtime. Registering one is one line here. */
export const services: readonly ServiceDefinition[] = [sts];
