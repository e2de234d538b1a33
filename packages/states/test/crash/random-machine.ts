import fc from 'fast-check';
import type { Json, JsonObject } from '../../src/index.ts';

const sync = 'arn:aws:states:::sagemaker:createTrainingJob.sync';
const call = 'arn:aws:lambda:us-east-1:111111111111:function:work';

/** What a graph does one after the other. It can be written as a definition, and carried out without one. */
export type Steps = readonly Step[];

export type Step =
  | { readonly kind: 'set'; readonly value: number }
  | { readonly kind: 'count' }
  | { readonly kind: 'wait'; readonly seconds: number }
  /** Leaves out the next steps when `n` is below a bound. */
  | { readonly kind: 'skip'; readonly below: number; readonly steps: number }
  /** Fails so many times before it succeeds, but is only tried again so many times. */
  | ({ readonly kind: 'task'; readonly job: boolean; readonly failures: number } & Handling)
  | ({ readonly kind: 'parallel'; readonly branches: readonly Steps[] } & Handling)
  | ({
      readonly kind: 'map';
      readonly items: readonly number[];
      readonly steps: Steps;
      readonly limit: number;
      readonly distributed: boolean;
    } & Handling)
  /** Fails when `n` has reached a bound. */
  | { readonly kind: 'fail'; readonly from: number };

interface Handling {
  readonly retries: number;
  /** Whether a failure is swallowed. */
  readonly caught: boolean;
}

const handling = { retries: fc.nat(2), caught: fc.boolean() };

/** Graphs with containers inside each other up to a depth. */
export function randomSteps(depth: number, { mostFailures = 2 } = {}): fc.Arbitrary<Steps> {
  const task: fc.Arbitrary<Step> = fc.record({
    kind: fc.constant('task' as const),
    job: fc.boolean(),
    failures: fc.nat(mostFailures),
    ...handling,
  });
  const plain: fc.Arbitrary<Step>[] = [
    fc.record({ kind: fc.constant('set' as const), value: fc.nat(9) }),
    fc.record({ kind: fc.constant('count' as const) }),
    fc.record({ kind: fc.constant('wait' as const), seconds: fc.nat(60) }),
    fc.record({ kind: fc.constant('skip' as const), below: fc.nat(4), steps: fc.nat(2) }),
    task,
    task,
    fc.record({ kind: fc.constant('fail' as const), from: fc.nat(4) }),
  ];
  if (depth === 0) return fc.array(fc.oneof(...plain), { maxLength: 3 });
  const inner = randomSteps(depth - 1, { mostFailures });
  const container: fc.Arbitrary<Step> = fc.oneof(
    fc.record({
      kind: fc.constant('parallel' as const),
      branches: fc.array(inner, { minLength: 1, maxLength: 3 }),
      ...handling,
    }),
    fc.record({
      kind: fc.constant('map' as const),
      items: fc.array(fc.nat(3), { maxLength: 3 }),
      steps: inner,
      limit: fc.nat(2),
      distributed: fc.boolean(),
      ...handling,
    }),
  );
  return fc.array(fc.oneof(...plain, container, container, container), { maxLength: 4 });
}

/** The definition of a machine that takes the steps. */
export function toDefinition(steps: Steps, prefix = ''): JsonObject {
  const nameOf = (position: number): string =>
    position < steps.length ? `${prefix}${position}` : `${prefix}end`;
  const states: JsonObject = { [`${prefix}end`]: { Type: 'Succeed' } };
  steps.forEach((step, i) => {
    Object.assign(states, toStates(step, nameOf(i), `s${i}`, nameOf(i + 1)));
    if (step.kind === 'skip') {
      states[nameOf(i)] = {
        Type: 'Choice',
        Choices: [{ Variable: '$.n', NumericLessThan: step.below, Next: nameOf(i + 1 + step.steps) }],
        Default: nameOf(i + 1),
      };
    }
  });
  return { StartAt: nameOf(0), States: states };
}

function toStates(step: Step, name: string, member: string, next: string): JsonObject {
  const result = { ResultPath: `$.${member}`, Next: next };
  switch (step.kind) {
    case 'set':
      return { [name]: { Type: 'Pass', Result: step.value, ...result } };
    case 'count':
      return { [name]: { Type: 'Pass', Parameters: { 'n.$': 'States.MathAdd($.n, 1)' }, Next: next } };
    case 'wait':
      return { [name]: { Type: 'Wait', Seconds: step.seconds, Next: next } };
    case 'skip':
      return {};
    case 'task': {
      const Parameters = { 'n.$': '$.n', failures: step.failures };
      const Resource = step.job ? sync : call;
      return { [name]: { Type: 'Task', Resource, Parameters, ...result, ...toHandling(step, next) } };
    }
    case 'parallel': {
      const Branches = step.branches.map((branch, i) => toDefinition(branch, `${name}[${i}]`));
      return { [name]: { Type: 'Parallel', Branches, ...result, ...toHandling(step, next) } };
    }
    case 'map':
      return {
        [name]: { Type: 'Pass', Result: [...step.items], ResultPath: '$.items', Next: `${name}*` },
        [`${name}*`]: {
          Type: 'Map',
          ItemsPath: '$.items',
          ItemSelector: { 'n.$': '$$.Map.Item.Value' },
          MaxConcurrency: step.limit,
          ItemProcessor: {
            ProcessorConfig: step.distributed
              ? { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }
              : { Mode: 'INLINE' },
            ...toDefinition(step.steps, `${name}*`),
          },
          ...result,
          ...toHandling(step, next),
        },
      };
    case 'fail':
      return {
        [name]: {
          Type: 'Choice',
          Choices: [{ Variable: '$.n', NumericGreaterThanEquals: step.from, Next: `${name}!` }],
          Default: next,
        },
        [`${name}!`]: { Type: 'Fail', Error: 'Broken' },
      };
    default:
      return step satisfies never;
  }
}

function toHandling({ retries, caught }: Handling, next: string): JsonObject {
  const all = { ErrorEquals: ['States.ALL'] };
  return {
    Retry: [{ ...all, MaxAttempts: retries }],
    ...(caught ? { Catch: [{ ...all, ResultPath: null, Next: next }] } : {}),
  };
}

/** How the steps end when they are simply carried out: with data, or with one of some errors. */
export type Expected = { readonly data: JsonObject } | { readonly errors: ReadonlySet<string> };

export function carryOut(steps: Steps, input: JsonObject): Expected {
  let data = input;
  for (let i = 0; i < steps.length; i += 1) {
    const step = steps[i] as Step;
    if (step.kind === 'skip') {
      if (Number(data['n']) < step.below) i += step.steps;
      continue;
    }
    if (step.kind === 'map') data = { ...data, items: [...step.items] };
    const result = outcomeOf(step, data);
    if ('errors' in result) {
      if ('caught' in step && step.caught) continue;
      return result;
    }
    data = 'replacement' in result ? result.replacement : { ...data, ...wrap(`s${i}`, result.value) };
  }
  return { data };
}

type Outcome =
  | { readonly value: Json | undefined }
  | { readonly replacement: JsonObject }
  | { readonly errors: ReadonlySet<string> };

function outcomeOf(step: Exclude<Step, { kind: 'skip' }>, data: JsonObject): Outcome {
  const n = Number(data['n']);
  switch (step.kind) {
    case 'set':
      return { value: step.value };
    case 'count':
      return { replacement: { n: n + 1 } };
    case 'wait':
      return { value: undefined };
    case 'task': {
      if (step.failures > step.retries) return { errors: new Set(['Broken']) };
      const parameters = { n, failures: step.failures };
      return { value: step.job ? { job: parameters } : { called: parameters } };
    }
    case 'parallel':
      return together(step.branches.map((branch) => carryOut(branch, data)));
    case 'map': {
      const outcome = together(step.items.map((item) => carryOut(step.steps, { n: item })));
      const isExceeded = 'errors' in outcome && step.distributed;
      return isExceeded ? { errors: new Set(['States.ExceedToleratedFailureThreshold']) } : outcome;
    }
    case 'fail':
      return n >= step.from ? { errors: new Set(['Broken']) } : { value: undefined };
    default:
      return step satisfies never;
  }
}

/** Any of the failures may be the first. */
function together(endings: readonly Expected[]): Outcome {
  const errors = endings.flatMap((ending) => ('errors' in ending ? [...ending.errors] : []));
  if (errors.length > 0) return { errors: new Set(errors) };
  return { value: endings.map((ending) => ('data' in ending ? ending.data : null)) };
}

function wrap(member: string, value: Json | undefined): JsonObject {
  return value === undefined ? {} : { [member]: value };
}
