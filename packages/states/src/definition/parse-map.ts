import type { MapState, QueryLanguage, StateGraph } from './model.ts';
import type { ObjectReader } from './object-reader.ts';
import { readPathField, readResultFlow } from './parse-data-flow.ts';
import { readDistributedMap } from './parse-distributed-map.ts';
import { readErrorHandling } from './parse-error-handling.ts';
import { readField, readTemplate } from './parse-template.ts';

/** Parses the StartAt and States of a nested graph whose object may have these fields. */
export type GraphParser = (reader: ObjectReader, fields: readonly string[]) => StateGraph;

const processorFields = ['StartAt', 'States', 'Comment', 'ProcessorConfig'];
const emptyGraph: StateGraph = { startAt: '', states: new Map() };

export function readMap(
  reader: ObjectReader,
  base: { name: string; queryLanguage: QueryLanguage },
  next: string | undefined,
  parseGraph: GraphParser,
): MapState {
  const language = base.queryLanguage;
  const place = { reader, language };
  // Iterator and Parameters are the names from before 2022; they still work.
  reader.atMostOne('ItemProcessor', 'Iterator');
  reader.atMostOne('ItemSelector', 'Parameters');
  const field = reader.has('Iterator') ? 'Iterator' : 'ItemProcessor';
  reader.require(field);
  const processor = reader.child(field);
  const config = processor?.child('ProcessorConfig');
  config?.allow(new Set(['Mode', 'ExecutionType']));
  const mode = config?.oneOf('Mode', ['INLINE', 'DISTRIBUTED']) ?? 'INLINE';
  const itemsPath = language === 'JSONPath' ? readPathField(reader, 'ItemsPath') : undefined;
  const { parameters: itemParameters, ...flow } = readResultFlow(reader, language);
  return {
    ...base,
    type: 'Map',
    ...flow,
    parameters: undefined,
    ...readErrorHandling(reader, language),
    processor: processor === undefined ? emptyGraph : parseGraph(processor, processorFields),
    mode,
    itemsPath,
    items: language === 'JSONata' ? readTemplate(place, 'Items') : undefined,
    itemSelector: readTemplate(place, 'ItemSelector') ?? itemParameters,
    maxConcurrency: readField(place, 'MaxConcurrency', () => reader.number('MaxConcurrency')),
    distributed: mode === 'DISTRIBUTED' ? readDistributedMap(reader, config, language) : undefined,
    next,
  };
}
