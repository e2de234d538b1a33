import type { ServiceModel } from '../../model/load.ts';
import type { Shape, ShapeRef, StructureShape } from '../../model/shapes.ts';

/**
 * Names that lists and maps had in the query protocol, which clients from before 2023 speak: they stand
 * in the API reference's examples and in the models of those clients, not in today's JSON model.
 * A list is repeated under the name, a map's entries too with the key and the value under theirs.
 */
const LISTS: Readonly<Record<string, string>> = {
  ActionNameList: 'ActionName',
  AttributeNameList: 'AttributeName',
  AWSAccountIdList: 'AWSAccountId',
  BatchResultErrorEntryList: 'BatchResultErrorEntry',
  ChangeMessageVisibilityBatchRequestEntryList: 'ChangeMessageVisibilityBatchRequestEntry',
  ChangeMessageVisibilityBatchResultEntryList: 'ChangeMessageVisibilityBatchResultEntry',
  DeleteMessageBatchRequestEntryList: 'DeleteMessageBatchRequestEntry',
  DeleteMessageBatchResultEntryList: 'DeleteMessageBatchResultEntry',
  ListMessageMoveTasksResultEntryList: 'ListMessageMoveTasksResultEntry',
  MessageAttributeNameList: 'MessageAttributeName',
  MessageList: 'Message',
  MessageSystemAttributeList: 'MessageSystemAttributeName',
  QueueUrlList: 'QueueUrl',
  SendMessageBatchRequestEntryList: 'SendMessageBatchRequestEntry',
  SendMessageBatchResultEntryList: 'SendMessageBatchResultEntry',
  TagKeyList: 'TagKey',
};
const MAPS: Readonly<Record<string, readonly [entry: string, key: string, value: string]>> = {
  MessageBodyAttributeMap: ['MessageAttribute', 'Name', 'Value'],
  MessageBodySystemAttributeMap: ['MessageSystemAttribute', 'Name', 'Value'],
  MessageSystemAttributeMap: ['Attribute', 'Name', 'Value'],
  QueueAttributeMap: ['Attribute', 'Name', 'Value'],
  TagMap: ['Tag', 'Key', 'Value'],
};

/** The service's model as the query protocol needs it. */
export function queryModel(json: ServiceModel): ServiceModel {
  const { targetPrefix: _, ...metadata } = json.metadata;
  const shape = (ref: ShapeRef) => named(ref.shape, json.shape(ref));
  return {
    name: `${json.name}-query`,
    metadata: {
      ...metadata,
      protocol: 'query',
      protocols: ['query'],
      xmlNamespace: 'http://queue.amazonaws.com/doc/2012-11-05/',
    },
    operations: json.operations,
    shape,
    structure: (ref) => ref && (shape(ref) as StructureShape),
    error: (name) => json.error(name),
  };
}

function named(name: string, shape: Shape): Shape {
  const map = MAPS[name];
  if (shape.type === 'map' && map) {
    const [, key, value] = map;
    return {
      ...shape,
      key: { ...shape.key, locationName: key },
      value: { ...shape.value, locationName: value },
    };
  }
  if (shape.type !== 'structure') return shape;
  const members = Object.entries(shape.members).map(([member, ref]): [string, ShapeRef] => {
    const locationName = LISTS[ref.shape] ?? MAPS[ref.shape]?.[0];
    return [member, locationName === undefined ? ref : { ...ref, locationName }];
  });
  return { ...shape, members: Object.fromEntries(members) };
}
