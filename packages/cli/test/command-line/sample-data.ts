import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zip } from '../../../../examples/forecast/zip.ts';

const ITEMS = ['bell', 'drum', 'lute'];
const MONTHS = 36;

/** Three items' monthly sales with a header. */
export function salesRows(): string[] {
  const rows = ['timestamp,item_id,target_value'];
  for (const [place, item] of ITEMS.entries()) {
    for (let month = 0; month < MONTHS; month++) {
      rows.push(`${day(month)},${item},${20 + 5 * place + (month % 12)}`);
    }
  }
  return rows;
}

export function lines(rows: readonly string[]): string {
  return `${rows.join('\n')}\n`;
}

/** A config for `salesRows`; `changed` replaces top-level blocks. */
export function config(changed: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    TimestampFormat: 'yyyy-MM-dd',
    DatasetGroup: { DatasetGroupName: 'Shop', Domain: 'CUSTOM' },
    Dataset: {
      TTS: {
        DatasetName: 'Sales',
        Domain: 'CUSTOM',
        DatasetType: 'TARGET_TIME_SERIES',
        DataFrequency: 'M',
        Schema: {
          Attributes: [
            { AttributeName: 'timestamp', AttributeType: 'timestamp' },
            { AttributeName: 'item_id', AttributeType: 'string' },
            { AttributeName: 'target_value', AttributeType: 'float' },
          ],
        },
      },
    },
    Predictor: {
      PredictorName: 'Seasons',
      AlgorithmArn: 'arn:aws:forecast:::algorithm/NPTS',
      ForecastHorizon: 3,
      FeaturizationConfig: { ForecastFrequency: 'M' },
    },
    Forecast: { ForecastName: 'Outlook' },
    PerformDelete: false,
    ...changed,
  };
}

/** Writes the user's two files into a folder. @returns the arguments of `slipway run` that name them */
export function userFiles(
  folder: string,
  entries: Readonly<Record<string, string>> | Buffer,
  configText: string = JSON.stringify(config()),
): string[] {
  writeFileSync(join(folder, 'data.zip'), Buffer.isBuffer(entries) ? entries : zip(entries));
  writeFileSync(join(folder, 'config.json'), configText);
  return ['run', 'forecast', 'data.zip', '--config', 'config.json'];
}

/** Lets the archive say that its last entry has this many bytes once it is unpacked, in the zip64 form. */
export function withDeclaredSize(archive: Buffer, entry: string, size: bigint): Buffer {
  const nameAt = archive.lastIndexOf(entry);
  const end = archive.lastIndexOf('PK\x05\x06');
  const changed = Buffer.from(archive);
  changed.writeUInt32LE(0xffff_ffff, nameAt - 22);
  const extra = Buffer.alloc(12);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(8, 2);
  extra.writeBigUInt64LE(size, 4);
  changed.writeUInt16LE(extra.length, nameAt - 16);
  changed.writeUInt32LE(changed.readUInt32LE(end + 12) + extra.length, end + 12);
  const extraAt = nameAt + entry.length;
  return Buffer.concat([changed.subarray(0, extraAt), extra, changed.subarray(extraAt)]);
}

function day(month: number): string {
  return `${2022 + Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}-01`;
}
