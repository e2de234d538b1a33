import type { SageMaker } from '@aws-sdk/client-sagemaker';
import type { CallContext } from '../../../dispatch/context.ts';
import type { Operations } from '../../../dispatch/service.ts';
import { arnOf } from '../arns.ts';
import { S3Files } from '../container/s3-files.ts';
import { invalid, JobFault, notSupported } from '../errors.ts';
import { listPage } from '../lists.ts';
import type { SageMakerParts } from '../parts.ts';
import { checkRole, roleCaller } from '../roles.ts';
import { tagsOf } from '../tags.ts';
import { containerOf, type Model, type ModelRequest, servedModel } from './model.ts';

/** Models. */
export function modelOperations({ host, store }: SageMakerParts) {
  return {
    async CreateModel({ Tags, ...request }, context) {
      const tags = tagsOf(Tags);
      checkModel(request);
      const { ModelName: name } = request;
      const arn = arnOf(context, 'model', name);
      const base = { name, arn, tags, created: context.now, modified: context.now };
      const model: Model = { ...base, status: 'InService', request };
      await checkRole(host, context, servedModel(model).role, arn);
      await checkData(context, model);
      return await context.transaction(() => {
        if (!store.insert('model', context, model)) {
          throw invalid(`Cannot create already existing model "${arn}".`);
        }
        return { ModelArn: arn };
      });
    },

    DescribeModel({ ModelName }, context) {
      const { request, arn, created } = modelOf(context, ModelName);
      const { PrimaryContainer } = request;
      return {
        ...request,
        ...(PrimaryContainer && { PrimaryContainer: { Mode: 'SingleModel', ...PrimaryContainer } }),
        EnableNetworkIsolation: request.EnableNetworkIsolation ?? false,
        ModelArn: arn,
        CreationTime: created,
      };
    },

    ListModels(input, context) {
      const { page, ...rest } = listPage(store.all('model', context), input, {
        order: 'Descending',
        operation: context.operation,
      });
      const Models = page.map(({ name, arn, created }) => ({
        ModelName: name,
        ModelArn: arn,
        CreationTime: created,
      }));
      return { Models, ...rest };
    },

    DeleteModel({ ModelName }, context) {
      return context.transaction(() => {
        modelOf(context, ModelName);
        store.delete('model', context, ModelName);
        return {};
      });
    },
  } satisfies Operations<SageMaker>;

  function modelOf(context: CallContext, name: string): Model {
    const model = store.get('model', context, name);
    if (!model) throw invalid(`Could not find model "${arnOf(context, 'model', name)}".`);
    return model;
  }

  /** On AWS too a model whose data is not there is refused. */
  async function checkData(context: CallContext, model: Model): Promise<void> {
    const { data, role } = servedModel(model);
    if (!data) return;
    const files = new S3Files(host, await roleCaller(host, context, role, model.arn), context.region);
    try {
      if ((await files.list(data.uri)).length > 0) return;
    } catch (error) {
      if (!(error instanceof JobFault)) throw error;
      throw invalid(`Could not access model data at ${data.uri}: ${error.message}`);
    }
    throw invalid(`Could not find model data at ${data.uri}.`);
  }
}

/** @throws ServiceError for what this version cannot serve */
function checkModel(request: ModelRequest): void {
  const { PrimaryContainer, Containers, ExecutionRoleArn } = request;
  // Unverified: AWS's words.
  if ((PrimaryContainer === undefined) === (Containers === undefined)) {
    throw invalid('A model needs exactly one of PrimaryContainer and Containers.');
  }
  if ((Containers?.length ?? 1) !== 1) throw notSupported('Inference pipelines of several containers are');
  const {
    Image,
    Mode = 'SingleModel',
    ModelPackageName,
    ImageConfig,
    ModelDataUrl,
    ModelDataSource,
  } = containerOf(request);
  if (ModelPackageName !== undefined) throw notSupported('Model packages are');
  if (Mode !== 'SingleModel') throw notSupported(`Container mode ${Mode} is`);
  if (ImageConfig?.RepositoryAccessMode === 'Vpc') throw notSupported('A private registry is');
  if (Image === undefined) throw invalid('The container needs an Image.');
  if (ExecutionRoleArn === undefined) throw invalid('ExecutionRoleArn is required.');
  if (ModelDataUrl !== undefined && ModelDataSource !== undefined) {
    throw invalid('A container needs at most one of ModelDataUrl and ModelDataSource.');
  }
}
