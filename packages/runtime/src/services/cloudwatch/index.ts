import { defineService } from '../../dispatch/service.ts';
import { cloudwatchAccess } from './access.ts';
import { actionRunner } from './alarms/actions.ts';
import { historySchema } from './alarms/alarm-history.ts';
import { alarmOperations } from './alarms/alarms.ts';
import { alarmsSchema } from './alarms/alarms-table.ts';
import { putAlarmOperations } from './alarms/put-alarms.ts';
import { Watchman } from './alarms/watchman.ts';
import { dashboardOperations, dashboardsSchema } from './dashboards.ts';
import { metricDataOperations } from './metrics/get-data.ts';
import { statisticsOperations } from './metrics/get-statistics.ts';
import { metricOperations } from './metrics/metrics.ts';
import { metricsSchema } from './metrics/metrics-table.ts';
import { cloudwatchResources } from './resources/index.ts';
import { sweeper } from './sweep.ts';
import { tagOperations } from './tags.ts';

const ANOMALIES = 'there is no anomaly detection';
const INSIGHTS = 'there is no Contributor Insights';
const STREAMS = 'there is no Firehose to stream metrics to';

/** CloudWatch: metrics, alarms over them, and dashboards. */
export const cloudwatch = defineService({
  name: 'cloudwatch',
  models: ['cloudwatch'],
  schema: [metricsSchema + alarmsSchema + historySchema + dashboardsSchema],
  quirks: { validationCode: 'ValidationException' },
  unsupported: {
    PutAnomalyDetector: ANOMALIES,
    DescribeAnomalyDetectors: ANOMALIES,
    DeleteAnomalyDetector: ANOMALIES,
    PutInsightRule: INSIGHTS,
    DescribeInsightRules: INSIGHTS,
    PutMetricStream: STREAMS,
    ListMetricStreams: STREAMS,
    GetMetricWidgetImage: 'nothing is drawn here',
  },
  create(host) {
    const watchman = new Watchman(host);
    return {
      access: cloudwatchAccess,
      operations: {
        ...metricOperations(host),
        ...statisticsOperations(host),
        ...metricDataOperations(host),
        ...putAlarmOperations(host, watchman),
        ...alarmOperations(host),
        ...dashboardOperations(host),
        ...tagOperations(host),
      },
      orders: {
        'cloudwatch.action': actionRunner(host),
        'cloudwatch.sweep': sweeper(host),
      },
      resources: cloudwatchResources,
      start: () => watchman.arrange(),
      stop: () => watchman.stop(),
    };
  },
});
