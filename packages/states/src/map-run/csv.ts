import type { CsvOptions } from '../definition/model.ts';
import { type JsonObject, setOwn } from '../json.ts';

/** The file is not a CSV that can be read. The message becomes the cause of States.ItemReaderFailed. */
export class CsvError extends Error {
  override readonly name = 'CsvError';
}

/**
 * The rows of a CSV file as objects of strings. Recorded: cells missing at the end of a row are empty
 * strings; documented: surplus cells are left out.
 * @throws CsvError
 */
export function parseCsv(text: string, { delimiter, headers }: CsvOptions): JsonObject[] {
  const rows = splitRows(text.replace(/^\uFEFF/, ''), delimiter);
  const names = headers ?? rows.shift() ?? [];
  if (new Set(names).size !== names.length) throw new CsvError('CSV headers cannot contain duplicates.');
  return rows.map((cells) => {
    const row: JsonObject = {};
    names.forEach((name, i) => {
      setOwn(row, name, cells[i] ?? '');
    });
    return row;
  });
}

/** Cells by RFC 4180: quotes protect delimiters and line ends, and two of them mean one. Empty lines are skipped. */
function splitRows(text: string, delimiter: string): string[][] {
  const rows: string[][] = [];
  let cells: string[] = [];
  let cell = '';
  let quoted = false;
  const endCell = (): void => {
    cells.push(cell);
    cell = '';
  };
  const endRow = (): void => {
    endCell();
    if (cells.length > 1 || cells[0] !== '') rows.push(cells);
    cells = [];
  };
  for (let i = 0; i < text.length; i += 1) {
    const character = text[i] as string;
    if (quoted) {
      if (character !== '"') cell += character;
      else if (text[i + 1] === '"') cell += text[++i];
      else quoted = false;
    } else if (character === '"' && cell === '') {
      quoted = true;
    } else if (character === delimiter) {
      endCell();
    } else if (character === '\n' || character === '\r') {
      if (character === '\r' && text[i + 1] === '\n') i += 1;
      endRow();
    } else {
      cell += character;
    }
  }
  if (quoted) throw new CsvError('The CSV file ends inside a quoted cell.');
  if (cell !== '' || cells.length > 0) endRow();
  return rows;
}
