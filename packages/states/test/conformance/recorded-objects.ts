import type { ObjectStore } from '../../src/index.ts';
import type { RecordedCase } from './recorded-cases.ts';

const csv = [
  'Value1,Value2,Value3',
  'Value4,Value5,Value6',
  ',,',
  "true,1,'HelloWorld'",
  'Null,None,',
  '   ,',
].join('\n');
const statement = { verdict: 'true', statement_date: '6/11/2008', statement_source: 'speech' };
const other = { verdict: 'false', statement_date: '6/7/2022', statement_source: 'television' };

/** The datasets that the recorded item readers read, by what their results show of them. */
export function recordedObjects({ id }: RecordedCase): ObjectStore {
  const content = (): string => {
    if (id.includes('typed_headers')) return csv.replace('Value1,Value2,Value3', '0,True,{}');
    if (id.includes('csv')) return csv;
    if (id.includes('no_json_list_object')) return JSON.stringify({ Hello: 'world' });
    if (id.includes('with_items_path')) return JSON.stringify([['from-bucket-item-0']]);
    if (id.includes('max_items_jsonata')) return JSON.stringify([statement, other, statement]);
    return JSON.stringify([statement, statement, statement]);
  };
  return {
    get: async () => new TextEncoder().encode(content()),
    list: async () => [],
    put: async () => {},
  };
}
