import { beginning } from './beginning.ts';
import { data } from './data.ts';
import { ending } from './ending.ts';
import { forecasting } from './forecasting.ts';
import { type PipelineNames, STATE } from './names.ts';
import { backtestExport, reporting } from './reporting.ts';
import { training } from './training.ts';

/**
 * The state machine of pipeline A: preprocess → datasets → group → imports → predictor → accuracy →
 * forecast → export → postprocess → delete or keep → report. Its input is `{uid, config, source}`.
 */
export function forecastDefinition(names: PipelineNames): object {
  return {
    Comment: 'A zip of CSV files in, a forecast out: Amazon Forecast from import to merged file.',
    QueryLanguage: 'JSONata',
    StartAt: STATE.begin,
    States: {
      ...beginning(names),
      ...data(names),
      ...training(names),
      ...backtestExport(names),
      ...forecasting(names),
      ...ending(names),
      ...reporting(names),
    },
  };
}
