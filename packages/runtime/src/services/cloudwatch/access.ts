import type { ServiceAccess } from '../../access/needs.ts';

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html */
export const cloudwatchAccess: ServiceAccess = {
  prefix: 'cloudwatch',
  resources: ['{ResourceARN}', 'alarm:{AlarmName}', 'alarm:{AlarmNames}', '*'],
  operations: {
    PutMetricData: { resources: [], narrowing: { 'cloudwatch:namespace': 'Namespace' } },
    DescribeAlarms: { resources: ['alarm:{AlarmNames}', 'alarm:*'] },
    GetDashboard: { resources: ['arn:aws:cloudwatch::{account}:dashboard/{DashboardName}'] },
    PutDashboard: { resources: ['arn:aws:cloudwatch::{account}:dashboard/{DashboardName}'] },
    DeleteDashboards: { resources: ['arn:aws:cloudwatch::{account}:dashboard/{DashboardNames}'] },
  },
};
