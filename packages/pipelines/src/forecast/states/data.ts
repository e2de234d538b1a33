import { awaitActive, catchTo, forecastCall, jsonata, loopStart, type States } from './asl.ts';
import { type PipelineNames, STATE } from './names.ts';

/** Datasets, dataset group and imports: created if absent, reused if they are the same. */
export function data(names: PipelineNames): States {
  const failed = catchTo(STATE.strategy);
  const groupArn = `${names.forecastArn}:dataset-group/`;
  return {
    [STATE.dataset]: {
      Type: 'Map',
      Items: jsonata('$kinds'),
      ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }, ...datasetIteration(names) },
      Assign: {
        datasets: jsonata('[$states.result]'),
        ownDatasets: jsonata('[$states.result[created].arn]'),
        datasetProblems: jsonata('[$states.result.problem]'),
      },
      ...failed,
      Next: 'Datasets-Fit',
    },
    'Datasets-Fit': {
      Type: 'Choice',
      Choices: [{ Condition: jsonata('$count($datasetProblems) = 0'), Next: STATE.datasetGroup }],
      Default: 'Note-Dataset-Problem',
    },
    'Note-Dataset-Problem': {
      Type: 'Pass',
      Assign: {
        failure: { Error: 'DatasetFailed', Cause: jsonata("$join($datasetProblems, '\\n')") },
      },
      Next: STATE.strategy,
    },
    [STATE.datasetGroup]: forecastCall(
      'createDatasetGroup',
      jsonata("$merge([$config.DatasetGroup, {'DatasetArns': [$datasets.arn]}])"),
      {
        Assign: { groupArn: jsonata('$states.result.DatasetGroupArn'), ownsGroup: true },
        Catch: [
          {
            ErrorEquals: ['Forecast.ResourceAlreadyExistsException'],
            Assign: { groupArn: jsonata(`'${groupArn}' & $config.DatasetGroup.DatasetGroupName`) },
            Next: 'Update-Dataset-Group',
          },
          ...failed.Catch,
        ],
        Next: STATE.importJob,
      },
    ),
    // A group of an earlier run may hold other datasets.
    'Update-Dataset-Group': forecastCall(
      'updateDatasetGroup',
      { DatasetGroupArn: jsonata('$groupArn'), DatasetArns: jsonata('[$datasets.arn]') },
      { ...failed, Next: STATE.importJob },
    ),
    [STATE.importJob]: {
      Type: 'Map',
      Items: jsonata('$datasets'),
      ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }, ...importIteration(names) },
      ...failed,
      Next: STATE.predictorKind,
    },
  };
}

/** One dataset. A problem is a result, so that what the others made is known when the run fails. */
function datasetIteration(names: PipelineNames) {
  const arn = `'${names.forecastArn}:dataset/' & $dataset.DatasetName`;
  return {
    StartAt: 'Dataset-Of-Kind',
    States: {
      'Dataset-Of-Kind': {
        Type: 'Pass',
        Assign: {
          kind: jsonata('$states.input'),
          dataset: jsonata('$lookup($config.Dataset, $states.input)'),
        },
        Next: 'Create-Dataset',
      },
      'Create-Dataset': forecastCall('createDataset', jsonata('$dataset'), {
        Output: { kind: jsonata('$kind'), arn: jsonata('$states.result.DatasetArn'), created: true },
        Catch: [
          { ErrorEquals: ['Forecast.ResourceAlreadyExistsException'], Next: 'Describe-Existing-Dataset' },
          {
            ErrorEquals: ['States.ALL'],
            Output: {
              kind: jsonata('$kind'),
              problem: jsonata("'Dataset.' & $kind & ' was refused: ' & $states.errorOutput.Cause"),
            },
            Next: 'Dataset-Done',
          },
        ],
        Next: 'Dataset-Done',
      }),
      'Describe-Existing-Dataset': forecastCall(
        'describeDataset',
        { DatasetArn: jsonata(arn) },
        {
          Output: jsonata(
            `$states.result.Schema.Attributes = $dataset.Schema.Attributes
             and $states.result.DatasetType = $dataset.DatasetType
             and $states.result.Domain = $dataset.Domain
             and ($exists($dataset.DataFrequency) ? $states.result.DataFrequency = $dataset.DataFrequency : true)
             ? {'kind': $kind, 'arn': $states.result.DatasetArn, 'created': false}
             : {'kind': $kind, 'problem': 'A dataset named ' & $dataset.DatasetName & ' exists with another schema, frequency, type or domain than Dataset.' & $kind & ' has. Choose another DatasetName, or delete that dataset.'}`,
          ),
          Next: 'Dataset-Done',
        },
      ),
      'Dataset-Done': { Type: 'Succeed' },
    },
  };
}

function importIteration(names: PipelineNames) {
  const jobArn = `'${names.forecastArn}:dataset-import-job/' & $datasetName & '/' & $datasetName & '_' & $uid`;
  return {
    StartAt: 'Import-Of-Dataset',
    States: {
      'Import-Of-Dataset': {
        Type: 'Pass',
        Assign: {
          importKind: jsonata('$states.input.kind'),
          datasetArn: jsonata('$states.input.arn'),
          datasetName: jsonata('$lookup($config.Dataset, $states.input.kind).DatasetName'),
          ...loopStart('import'),
        },
        Next: 'Create-Dataset-Import-Job',
      },
      'Create-Dataset-Import-Job': forecastCall(
        'createDatasetImportJob',
        jsonata(
          `$merge([
            {
              'DatasetImportJobName': $datasetName & '_' & $uid,
              'DatasetArn': $datasetArn,
              'DataSource': {'S3Config': {
                'Path': 's3://${names.bucketName}/input/' & $importKind & '.csv',
                'RoleArn': '${names.forecastRoleArn}'
              }}
            },
            $exists($config.TimestampFormat) ? {'TimestampFormat': $config.TimestampFormat} : {}
          ])`,
        ),
        {
          Assign: { importJobArn: jsonata('$states.result.DatasetImportJobArn') },
          Catch: [
            {
              ErrorEquals: ['Forecast.ResourceAlreadyExistsException'],
              Assign: { importJobArn: jsonata(jobArn) },
              Next: 'Describe-Dataset-Import-Job',
            },
          ],
          Next: 'Describe-Dataset-Import-Job',
        },
      ),
      ...awaitActive({
        name: 'Dataset-Import-Job',
        action: 'describeDatasetImportJob',
        argument: { DatasetImportJobArn: jsonata('$importJobArn') },
        next: 'Import-Done',
        variable: 'import',
        subject: "'The import of ' & $importKind & '.csv'",
        failed: 'Import-Failed',
      }),
      'Import-Failed': {
        Type: 'Fail',
        Error: jsonata('$importFailure.Error'),
        Cause: jsonata('$importFailure.Cause'),
      },
      'Import-Done': { Type: 'Succeed' },
    },
  };
}
