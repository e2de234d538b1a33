import type { QueryLanguage, StateType } from './model.ts';
import type { ObjectReader } from './object-reader.ts';

/** The fields of each state type in both languages, besides Type, Comment and QueryLanguage. */
const shared: Record<StateType, readonly string[]> = {
  Pass: ['Next', 'End', 'Assign'],
  Task: [
    'Next',
    'End',
    'Assign',
    'Resource',
    'TimeoutSeconds',
    'HeartbeatSeconds',
    'Credentials',
    'Retry',
    'Catch',
  ],
  Choice: ['Choices', 'Default', 'Assign'],
  Wait: ['Next', 'End', 'Assign', 'Seconds', 'Timestamp'],
  Succeed: [],
  Fail: ['Error', 'Cause'],
  Parallel: ['Next', 'End', 'Assign', 'Branches', 'Retry', 'Catch'],
  Map: [
    ...[
      'Next',
      'End',
      'Assign',
      'Iterator',
      'ItemProcessor',
      'ItemSelector',
      'MaxConcurrency',
      'Retry',
      'Catch',
    ],
    ...['ItemReader', 'ItemBatcher', 'ResultWriter', 'Label'],
    ...['ToleratedFailureCount', 'ToleratedFailurePercentage'],
  ],
};

const jsonPathOnly: Record<StateType, readonly string[]> = {
  Pass: ['InputPath', 'OutputPath', 'Parameters', 'ResultPath', 'Result'],
  Task: [
    ...['InputPath', 'OutputPath', 'Parameters', 'ResultSelector', 'ResultPath'],
    ...['TimeoutSecondsPath', 'HeartbeatSecondsPath'],
  ],
  Choice: ['InputPath', 'OutputPath'],
  Wait: ['InputPath', 'OutputPath', 'SecondsPath', 'TimestampPath'],
  Succeed: ['InputPath', 'OutputPath'],
  Fail: ['ErrorPath', 'CausePath'],
  Parallel: ['InputPath', 'OutputPath', 'Parameters', 'ResultSelector', 'ResultPath'],
  Map: [
    ...['InputPath', 'OutputPath', 'Parameters', 'ResultSelector', 'ResultPath', 'ItemsPath'],
    ...['MaxConcurrencyPath', 'ToleratedFailureCountPath', 'ToleratedFailurePercentagePath'],
  ],
};

const jsonataOnly: Record<StateType, readonly string[]> = {
  Pass: ['Output'],
  Task: ['Arguments', 'Output'],
  Choice: ['Output'],
  Wait: ['Output'],
  Succeed: ['Output'],
  Fail: [],
  Parallel: ['Arguments', 'Output'],
  Map: ['Items', 'Output'],
};

export const stateTypes = Object.keys(shared) as StateType[];

/** Reports fields that the type does not have, or has in the other language only. */
export function checkFields(reader: ObjectReader, type: StateType, language: QueryLanguage): void {
  const [own, other, foreign] =
    language === 'JSONata'
      ? ([jsonataOnly[type], 'JSONPath', jsonPathOnly[type]] as const)
      : ([jsonPathOnly[type], 'JSONata', jsonataOnly[type]] as const);
  const allowed = new Set(['Type', 'Comment', 'QueryLanguage', ...shared[type], ...own]);
  for (const field of Object.keys(reader.object)) {
    if (allowed.has(field)) continue;
    reader.fail(
      foreign.includes(field)
        ? `The QueryLanguage is set to '${language}', but field '${field}' is only supported for the '${other}' QueryLanguage`
        : `Field '${field}' is not supported`,
    );
  }
}
