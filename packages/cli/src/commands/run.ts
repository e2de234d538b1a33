import { Option } from 'commander';
import { didYouMean } from '../did-you-mean.ts';
import { EXIT, UserError } from '../exit-codes.ts';
import { type ForecastRunOptions, runForecast } from '../forecast/run.ts';
import { readTimeScale, settingsFrom } from '../settings.ts';
import { collectContext, PIPELINES } from '../targets.ts';
import { accessOption, baseCommand, jsonOption, portOption, type SetExitCode } from './options.ts';

/** Waits of state machines are shortened by this unless said otherwise: jobs here take seconds, not hours. */
const RUN_TIME_SCALE = '60';

/** `slipway run <pipeline> <data>`: deploy, upload, follow, results; one command. */
export function runCommand(setExitCode: SetExitCode) {
  return baseCommand(
    'run',
    'Run a pipeline on your data: deploy, upload, follow it, put the results into a folder',
  )
    .argument('<pipeline>', [...PIPELINES.keys()].join(', '))
    .argument('<data>', 'zip of CSV files (forecast: TTS.csv, optionally RTS.csv and IM.csv)')
    .requiredOption('--config <file>', "the pipeline's config file (forecast: forecast-config.json)")
    .option('--out <folder>', 'folder for the results', 'results')
    .option('-c, --context <key=value>', 'CDK context, such as notify-email=me@example.com', collectContext)
    .addOption(
      new Option('--time-scale <factor>', 'shorten Wait and Retry intervals of state machines').default(
        RUN_TIME_SCALE,
      ),
    )
    .addOption(portOption())
    .addOption(accessOption())
    .addOption(jsonOption())
    .action(
      async (
        pipeline: string,
        data: string,
        options: Omit<ForecastRunOptions, 'data'> & { timeScale: string },
      ) => {
        if (!PIPELINES.has(pipeline)) {
          const names = [...PIPELINES.keys()];
          throw new UserError(
            EXIT.usage,
            `There is no pipeline ${pipeline}.${didYouMean(pipeline, names)} There is: ${names.join(', ')}`,
          );
        }
        const settings = settingsFrom(options, { timeScale: readTimeScale(options.timeScale) });
        setExitCode(await runForecast(settings, { ...options, data }));
      },
    );
}
