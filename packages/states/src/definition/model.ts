import type { Json } from '../json.ts';
import type { Path } from '../jsonpath/path.ts';
import type { ChoiceRule } from './choice-rule.ts';
import type { Field, Template } from './template.ts';

/** A state machine as frozen data: what was text in the definition is parsed, what was implicit is filled in. */
export interface StateMachine extends StateGraph {
  readonly comment: string | undefined;
  readonly queryLanguage: QueryLanguage;
  readonly timeoutSeconds: number | undefined;
}

/** A start and its states: a machine, a branch of Parallel or the processor of a Map. */
export interface StateGraph {
  readonly startAt: string;
  readonly states: ReadonlyMap<string, State>;
}

export type QueryLanguage = 'JSONPath' | 'JSONata';

export type State =
  | PassState
  | TaskState
  | ChoiceState
  | WaitState
  | SucceedState
  | FailState
  | ParallelState
  | MapState;

export type StateType = State['type'];

interface StateBase {
  readonly name: string;
  readonly queryLanguage: QueryLanguage;
}

/**
 * The fields by which a state changes its data. JSONPath states have the paths and templates of the
 * first group; JSONata states have `output`. `null` paths are `'nothing'`: InputPath and OutputPath
 * then give `{}`, ResultPath discards the result.
 */
export interface DataFlow {
  readonly inputPath: Path | 'nothing' | undefined;
  readonly outputPath: Path | 'nothing' | undefined;
  readonly output: Template | undefined;
  readonly assign: Template | undefined;
}

/** The further fields of states that produce a result. */
export interface ResultFlow extends DataFlow {
  readonly parameters: Template | undefined;
  readonly resultSelector: Template | undefined;
  readonly resultPath: Path | 'nothing' | undefined;
}

/** The state to go on with; undefined at the end of the graph. */
interface Transition {
  readonly next: string | undefined;
}

/** States that can fail with an error of their own have retriers and catchers. */
export interface ErrorHandling {
  readonly retry: readonly Retrier[];
  readonly catch: readonly Catcher[];
}

export interface PassState extends StateBase, ResultFlow, Transition {
  readonly type: 'Pass';
  readonly result: Json | undefined;
}

export interface SucceedState extends StateBase, DataFlow {
  readonly type: 'Succeed';
}

export interface FailState extends StateBase {
  readonly type: 'Fail';
  readonly error: Field | undefined;
  readonly cause: Field | undefined;
}

export interface WaitState extends StateBase, DataFlow, Transition {
  readonly type: 'Wait';
  readonly until: { readonly kind: 'seconds' | 'timestamp'; readonly field: Field };
}

export interface ChoiceState extends StateBase, DataFlow {
  readonly type: 'Choice';
  readonly choices: readonly Choice[];
  readonly default: string | undefined;
}

export interface Choice {
  readonly test:
    | { readonly kind: 'rule'; readonly rule: ChoiceRule }
    | { readonly kind: 'condition'; readonly condition: Field };
  readonly next: string;
  readonly output: Template | undefined;
  readonly assign: Template | undefined;
}

export interface TaskState extends StateBase, ResultFlow, Transition, ErrorHandling {
  readonly type: 'Task';
  readonly resource: TaskResource;
  readonly timeout: Field | undefined;
  readonly heartbeat: Field | undefined;
  readonly credentials: Template | undefined;
}

/** What a Task's Resource ARN says about whom to call, and how the result comes back. */
export type TaskResource =
  | { readonly kind: 'lambda'; readonly arn: string }
  | { readonly kind: 'activity'; readonly arn: string }
  | {
      readonly kind: 'service';
      readonly arn: string;
      /** `lambda`, `sagemaker`, `aws-sdk:s3` …, as in the history's resourceType. */
      readonly service: string;
      /** The action without its pattern: `invoke`, `createTrainingJob`. */
      readonly action: string;
      readonly pattern: TaskPattern;
    };

export type TaskPattern = 'request-response' | 'sync' | 'sync:2' | 'wait-for-task-token';

export interface ParallelState extends StateBase, ResultFlow, Transition, ErrorHandling {
  readonly type: 'Parallel';
  readonly branches: readonly StateGraph[];
}

export interface MapState extends StateBase, ResultFlow, Transition, ErrorHandling {
  readonly type: 'Map';
  readonly processor: StateGraph;
  readonly mode: 'INLINE' | 'DISTRIBUTED';
  /** Where the collection is; without ItemsPath (or Items, in JSONata) it is the state's input itself. */
  readonly itemsPath: Path | undefined;
  readonly items: Template | undefined;
  readonly itemSelector: Template | undefined;
  readonly maxConcurrency: Field | undefined;
  readonly distributed: DistributedMap | undefined;
}

/** What only a Distributed Map has. */
export interface DistributedMap {
  readonly executionType: 'STANDARD' | 'EXPRESS';
  readonly label: string | undefined;
  readonly reader: ItemReader | undefined;
  readonly batcher: ItemBatcher | undefined;
  readonly writer: ResultWriter | undefined;
  readonly toleratedFailureCount: Field | undefined;
  readonly toleratedFailurePercentage: Field | undefined;
}

export interface ItemReader {
  readonly action: 'getObject' | 'listObjectsV2';
  readonly arguments: Template;
  readonly inputType: 'CSV' | 'JSON' | 'JSONL' | 'MANIFEST' | undefined;
  readonly csv: CsvOptions;
  readonly maxItems: Field | undefined;
  /** A JSON pointer to the array or object inside a JSON file. */
  readonly itemsPointer: string | undefined;
  /** Whether objects that a listing finds are read and their items joined, instead of being the items. */
  readonly transformation: 'NONE' | 'LOAD_AND_FLATTEN';
  readonly manifestType: 'ATHENA_DATA' | 'S3_INVENTORY' | undefined;
}

export interface CsvOptions {
  readonly delimiter: string;
  /** Given headers; undefined when the first row has them. */
  readonly headers: readonly string[] | undefined;
}

export interface ItemBatcher {
  readonly maxItems: Field | undefined;
  readonly maxBytes: Field | undefined;
  readonly batchInput: Template | undefined;
}

export interface ResultWriter {
  /** Bucket and prefix; absent when the writer only formats the state's output. */
  readonly destination: Template | undefined;
  readonly transformation: 'NONE' | 'COMPACT' | 'FLATTEN' | undefined;
  readonly outputType: 'JSON' | 'JSONL';
}

export interface Retrier {
  readonly errorEquals: readonly string[];
  readonly intervalSeconds: number;
  readonly maxAttempts: number;
  readonly backoffRate: number;
  readonly maxDelaySeconds: number | undefined;
  readonly fullJitter: boolean;
}

export interface Catcher {
  readonly errorEquals: readonly string[];
  readonly next: string;
  readonly resultPath: Path | 'nothing' | undefined;
  readonly output: Template | undefined;
  readonly assign: Template | undefined;
}
