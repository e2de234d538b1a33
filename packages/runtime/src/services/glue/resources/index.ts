import type { ResourceProviders } from '../../../dispatch/resource-provider.ts';
import { jobResource } from './job.ts';

export const glueResources: ResourceProviders = { 'AWS::Glue::Job': jobResource };
