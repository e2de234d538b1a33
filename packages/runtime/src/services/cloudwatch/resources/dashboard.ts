import type { CloudWatch } from '@aws-sdk/client-cloudwatch';
import { ServiceError } from '../../../dispatch/errors.ts';
import { documentProperty, textProperty } from '../../../dispatch/property-values.ts';
import type { ResourceProvider } from '../../../dispatch/resource-provider.ts';

/** `AWS::CloudWatch::Dashboard` */
export const dashboardResource: ResourceProvider = {
  properties: ['DashboardBody', 'DashboardName'],
  replaceOn: ['DashboardName'],

  async create(properties, context) {
    const DashboardName = textProperty(properties, 'DashboardName') ?? context.name(255);
    const DashboardBody = documentProperty(properties, 'DashboardBody');
    await context.client<CloudWatch>('cloudwatch').putDashboard({ DashboardName, DashboardBody });
    return { physicalId: DashboardName, attributes: {} };
  },

  async update(DashboardName, properties, _previous, context) {
    const DashboardBody = documentProperty(properties, 'DashboardBody');
    await context.client<CloudWatch>('cloudwatch').putDashboard({ DashboardName, DashboardBody });
    return { physicalId: DashboardName, attributes: {} };
  },

  async delete(DashboardName, _properties, context) {
    try {
      await context.client<CloudWatch>('cloudwatch').deleteDashboards({ DashboardNames: [DashboardName] });
    } catch (error) {
      if (!(error instanceof ServiceError && error.code === 'DashboardNotFoundError')) throw error;
    }
  },
};
