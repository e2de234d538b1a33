import { jsonata, retries, type State, type States } from './asl.ts';

const SUCCESS =
  "{'uid': $uid, 'outcome': 'succeeded', 'key': 'forecast/' & $uid & '.csv', 'metrics': $metrics}";
const FAILURE = "{'uid': $uid, 'outcome': 'failed', 'error': $failure.Error, 'cause': $failure.Cause}";

const SUCCESS_TEXT = `(
  $measured := $metrics.TestWindows[0].Metrics;
  $join([
    'The forecast is ready: forecast/' & $uid & '.csv',
    $exists($measured.AverageWeightedQuantileLoss) ? 'Average weighted quantile loss: ' & $measured.AverageWeightedQuantileLoss,
    $exists($measured.ErrorMetrics[0].WAPE) ? 'WAPE: ' & $measured.ErrorMetrics[0].WAPE,
    'Algorithm: ' & $metrics.Algorithm
  ], '\\n')
)`;
const FAILURE_TEXT = "'There is no forecast: ' & $failure.Error & '\\n' & $failure.Cause";

/** Tells a topic how a run ended: programs get a JSON object, people's mail says it in words. */
export function notifications(topicArn: string, next: { success: string; failure: string }): States {
  return {
    'Notify-Success': publish(topicArn, 'Forecast ready', SUCCESS, SUCCESS_TEXT, {
      // The forecast is there; that nobody could be told is a remark.
      Catch: [
        {
          ErrorEquals: ['States.ALL'],
          Assign: { notes: jsonata("$append($notes, 'Nobody was notified: ' & $states.errorOutput.Cause)") },
          Next: next.success,
        },
      ],
      Next: next.success,
    }),
    'Notify-Failure': publish(topicArn, 'Forecast failed', FAILURE, FAILURE_TEXT, {
      // The real reason must come out even when nobody can be told.
      Catch: [{ ErrorEquals: ['States.ALL'], Next: next.failure }],
      Next: next.failure,
    }),
  };
}

function publish(topicArn: string, subject: string, facts: string, text: string, rest: State): State {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::sns:publish',
    Arguments: {
      TopicArn: topicArn,
      // Subjects have a hundred characters at most.
      Subject: jsonata(`$substring('${subject}: ' & $uid, 0, 100)`),
      MessageStructure: 'json',
      Message: jsonata(`$string({'default': $string(${facts}), 'email': ${text}})`),
      MessageAttributes: {
        outcome: { DataType: 'String', StringValue: subject === 'Forecast ready' ? 'succeeded' : 'failed' },
      },
    },
    Retry: retries('SNS'),
    ...rest,
  };
}
