import { STATE } from './states/names.ts';

/** A step of a run as people follow it: the state that begins it, and what it is called. */
export interface Milestone {
  readonly state: string;
  readonly label: string;
  /**
   * A step that comes after a good or a bad end: only with this error is it the one that failed; null
   * where it never is.
   */
  readonly failsWith?: string | null;
}

/** The steps of a run in their order. States in between (waiting loops, choices) belong to the step before. */
export const FORECAST_MILESTONES: readonly Milestone[] = [
  { state: STATE.validate, label: 'Validate config' },
  { state: STATE.earlierRuns, label: 'Wait for earlier runs' },
  { state: STATE.preprocess, label: 'Preprocess' },
  { state: STATE.dataset, label: 'Create datasets' },
  { state: STATE.datasetGroup, label: 'Create dataset group' },
  { state: STATE.importJob, label: 'Import' },
  { state: STATE.predictor, label: 'Train predictor' },
  { state: STATE.autoPredictor, label: 'Train AutoPredictor' },
  { state: STATE.accuracy, label: 'Accuracy metrics' },
  { state: STATE.forecast, label: 'Forecast' },
  { state: 'Create-Forecast-Export-Job', label: 'Export' },
  { state: STATE.postprocess, label: 'Postprocess' },
  { state: STATE.deletion, label: 'Delete resources', failsWith: 'CleanupFailed' },
  { state: STATE.report, label: 'Report', failsWith: null },
];
