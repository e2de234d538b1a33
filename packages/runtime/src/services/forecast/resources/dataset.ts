import type { CreateDatasetCommandInput, Forecast } from '@aws-sdk/client-forecast';
import type { Host } from '../../../dispatch/host.ts';
import { tagsProperty, textProperty } from '../../../dispatch/property-values.ts';
import type { ResourceProvider } from '../../../dispatch/resource-provider.ts';
import { deleteAndWait, followTags } from './carrying-out.ts';

/** `AWS::Forecast::Dataset` */
export const datasetResource = (host: Host): ResourceProvider => ({
  properties: ['DataFrequency', 'DatasetName', 'DatasetType', 'Domain', 'EncryptionConfig', 'Schema', 'Tags'],
  replaceOn: ['DataFrequency', 'DatasetName', 'DatasetType', 'Domain', 'EncryptionConfig', 'Schema'],

  async create(properties, context) {
    const forecast = context.client<Forecast>('forecast');
    const { DatasetArn = '' } = await forecast.createDataset({
      DatasetName: textProperty(properties, 'DatasetName'),
      DatasetType: properties['DatasetType'] as CreateDatasetCommandInput['DatasetType'],
      Domain: properties['Domain'] as CreateDatasetCommandInput['Domain'],
      DataFrequency: textProperty(properties, 'DataFrequency'),
      Schema: properties['Schema'] as CreateDatasetCommandInput['Schema'],
      EncryptionConfig: properties['EncryptionConfig'] as CreateDatasetCommandInput['EncryptionConfig'],
      Tags: tagsProperty(properties),
    });
    return { physicalId: DatasetArn, attributes: { Arn: DatasetArn } };
  },

  async update(DatasetArn, properties, previous, context) {
    await followTags(context, DatasetArn, properties, previous);
    return { physicalId: DatasetArn, attributes: { Arn: DatasetArn } };
  },

  async delete(DatasetArn, _properties, context) {
    const forecast = context.client<Forecast>('forecast');
    await deleteAndWait(host, context, DatasetArn, {
      remove: () => forecast.deleteDataset({ DatasetArn }),
      describe: () => forecast.describeDataset({ DatasetArn }),
    });
  },
});
