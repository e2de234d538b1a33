import type { CreateDatasetGroupCommandInput, Forecast } from '@aws-sdk/client-forecast';
import type { Host } from '../../../dispatch/host.ts';
import { listProperty, tagsProperty, textProperty } from '../../../dispatch/property-values.ts';
import type { ResourceProvider } from '../../../dispatch/resource-provider.ts';
import { deleteAndWait, followTags } from './carrying-out.ts';

/** `AWS::Forecast::DatasetGroup` */
export const datasetGroupResource = (host: Host): ResourceProvider => ({
  properties: ['DatasetArns', 'DatasetGroupName', 'Domain', 'Tags'],
  replaceOn: ['DatasetGroupName', 'Domain'],

  async create(properties, context) {
    const forecast = context.client<Forecast>('forecast');
    const { DatasetGroupArn = '' } = await forecast.createDatasetGroup({
      DatasetGroupName: textProperty(properties, 'DatasetGroupName'),
      Domain: properties['Domain'] as CreateDatasetGroupCommandInput['Domain'],
      DatasetArns: listProperty<string>(properties, 'DatasetArns'),
      Tags: tagsProperty(properties),
    });
    return { physicalId: DatasetGroupArn, attributes: { DatasetGroupArn } };
  },

  async update(DatasetGroupArn, properties, previous, context) {
    const forecast = context.client<Forecast>('forecast');
    const DatasetArns = listProperty<string>(properties, 'DatasetArns');
    await forecast.updateDatasetGroup({ DatasetGroupArn, DatasetArns });
    await followTags(context, DatasetGroupArn, properties, previous);
    return { physicalId: DatasetGroupArn, attributes: { DatasetGroupArn } };
  },

  async delete(DatasetGroupArn, _properties, context) {
    const forecast = context.client<Forecast>('forecast');
    await deleteAndWait(host, context, DatasetGroupArn, {
      remove: () => forecast.deleteDatasetGroup({ DatasetGroupArn }),
      describe: () => forecast.describeDatasetGroup({ DatasetGroupArn }),
    });
  },
});
