import { JobFault } from '../errors.ts';
import { type Content, parseFilter } from './filters.ts';
import type { TransformRequest } from './transform-job.ts';

/** What is done with a record before and after the model: filters, and joining with the input. */
export interface DataProcessing {
  /** What is sent of an input record. */
  input(record: Buffer): Buffer;
  /**
   * What is written for an answer.
   *
   * @throws JobFault when the answer does not have a record for each record of the input
   */
  output(answer: Buffer, records: readonly Buffer[]): Buffer;
}

type Format = 'csv' | 'json';

/** @throws ServiceError for filters that are none */
export function dataProcessingOf({
  DataProcessing = {},
  TransformInput,
  TransformOutput,
}: TransformRequest): DataProcessing {
  const { InputFilter = '$', OutputFilter = '$', JoinSource = 'None' } = DataProcessing;
  const filterInput = parseFilter(InputFilter);
  const filterOutput = parseFilter(OutputFilter);
  const inputFormat = formatOf(TransformInput.ContentType);
  const outputFormat = formatOf(TransformOutput.Accept ?? TransformInput.ContentType);
  const whole = (TransformInput.SplitType ?? 'None') === 'None';
  const isPlain = OutputFilter === '$' && JoinSource === 'None';
  return {
    input: (record) =>
      InputFilter === '$' ? record : written(filterInput(read(record, inputFormat)), inputFormat, record),
    output(answer, records) {
      if (isPlain) return answer;
      const answers = whole && outputFormat === 'json' ? [answer.toString('utf8')] : linesOf(answer);
      if (JoinSource === 'Input' && answers.length !== records.length) {
        throw new JobFault(
          `The model answered ${answers.length} records to ${records.length}; they cannot be joined.`,
        );
      }
      const joined = answers.map((text, index) => {
        const output = read(Buffer.from(text), outputFormat);
        return JoinSource === 'Input' ? join(read(records[index]!, inputFormat), output) : output;
      });
      return Buffer.concat(
        joined.map((content) => written(filterOutput(content), outputFormat, Buffer.from('\n'))),
      );
    },
  };
}

function formatOf(type = ''): Format {
  return /json/i.test(type) ? 'json' : 'csv';
}

function linesOf(answer: Buffer): string[] {
  return answer
    .toString('utf8')
    .split(/\r?\n/)
    .filter((line) => line !== '');
}

function read(record: Buffer, format: Format): Content {
  const text = record.toString('utf8').trim();
  if (format === 'csv') return cellsOf(text);
  try {
    return JSON.parse(text);
  } catch {
    throw new JobFault(`The record ${text.slice(0, 80)} is not valid JSON.`);
  }
}

/** Cells as they are written, quotation marks included. */
function cellsOf(line: string): string[] {
  return line.includes('"')
    ? (line.match(/("(?:[^"]|"")*"|[^,]*)(,|$)/g) ?? []).slice(0, -1).map((cell) => cell.replace(/,$/, ''))
    : line.split(',');
}

/** @param like - a record whose line's end this one gets too */
function written(content: Content, format: Format, like: Buffer): Buffer {
  const text = format === 'csv' ? [content].flat().join(',') : JSON.stringify(content ?? null);
  return Buffer.from(like.at(-1) === 0x0a ? `${text}\n` : text);
}

function join(input: Content, output: Content): Content {
  if (Array.isArray(input) && Array.isArray(output)) return [...input, ...output];
  if (typeof input === 'object' && input !== null && !Array.isArray(input)) {
    return { ...input, SageMakerOutput: output };
  }
  return { SageMakerInput: input, SageMakerOutput: output };
}
