/** Recordings that the service would no longer give, by the ids of their tests. */
export const superseded: ReadonlyMap<string, string> = new Map([
  [
    'test_map_state_items_eval_jsonata_fail[object]',
    'Map iterates over the members of an object since 2025 ("Map workflow state", developer guide)',
  ],
  [
    'test_map_state_items_input_types[object]',
    'Map iterates over the members of an object since 2025 ("Map workflow state", developer guide)',
  ],
]);

/** Histories that differ from ours in a way that is known, by the ids of their tests. */
export function knownHistoryDifference(id: string): string | undefined {
  if (/test_map_.*distributed|test_map_state_config_inline|reader|result_writer|tolerated/.test(id)) {
    return 'until November 2024 MapStateExited named MapRunSucceeded as its previous event, since then MapRunStarted';
  }
  if (id.includes('test_service_lambda_map_timeout')) {
    return 'four tasks time out at the same moment, and the recording shows them in the order of a race';
  }
  return undefined;
}
