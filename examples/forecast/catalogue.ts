/** Relative sales in January to December; each averages about 1. */
const SCHOOL_YEAR = [0.9, 0.75, 0.7, 0.75, 0.8, 0.9, 1.1, 1.75, 1.6, 1.05, 0.85, 0.85];
const GIFTS = [0.75, 0.7, 0.8, 0.8, 0.85, 0.8, 0.75, 0.85, 0.95, 1.05, 1.5, 2.2];
const OUTDOORS = [0.5, 0.6, 0.85, 1.1, 1.45, 1.6, 1.55, 1.3, 1, 0.75, 0.6, 0.7];
const STEADY = [1, 0.95, 1, 1, 1, 0.95, 0.95, 1, 1.05, 1.05, 1, 1.05];

/** An instrument and how it sells. */
export interface Item {
  readonly id: string;
  readonly category: string;
  readonly listPrice: number;
  /** Pieces in an average month of the first year. */
  readonly level: number;
  /** Share of `level` by which a year's sales grow, or shrink. */
  readonly growth: number;
  readonly season: readonly number[];
  /** Chance that anything sells in an average month; 1 for what always sells. */
  readonly frequency: number;
  /** First month on sale, counted from the first month of the data. */
  readonly launch: number;
}

/** What makes an item special: by default it sells every month, from the first one on. */
type Special = Partial<Pick<Item, 'frequency' | 'launch'>>;

function item(
  category: string,
  id: string,
  [listPrice, level, growth]: readonly [number, number, number],
  season: readonly number[],
  special: Special = {},
): Item {
  return { id, category, listPrice, level, growth, season, frequency: 1, launch: 0, ...special };
}

/** The shop's range: 20 items, three of them rarely sold, four of them launched along the way. */
export const ITEMS: readonly Item[] = [
  item('strings', 'violin_student', [149, 62, 0.04], SCHOOL_YEAR),
  item('strings', 'violin_concert', [890, 9, 0.02], STEADY),
  item('strings', 'viola_student', [189, 21, 0.03], SCHOOL_YEAR),
  item('strings', 'cello_three_quarter', [520, 14, 0.05], SCHOOL_YEAR),
  item('strings', 'lever_harp', [1650, 2, 0], STEADY, { frequency: 0.3 }),
  item('strings', 'ukulele_soprano', [59, 110, -0.07], GIFTS),
  item('strings', 'ukulele_tenor', [95, 38, 0.12], GIFTS, { launch: 31 }),
  item('woodwind', 'recorder_descant', [19, 240, -0.03], SCHOOL_YEAR),
  item('woodwind', 'flute_beginner', [310, 27, 0.01], SCHOOL_YEAR),
  item('woodwind', 'clarinet_b_flat', [420, 24, 0.02], SCHOOL_YEAR),
  item('woodwind', 'oboe_conservatoire', [2900, 1.5, 0], STEADY, { frequency: 0.35 }),
  item('woodwind', 'saxophone_alto', [740, 18, 0.06], SCHOOL_YEAR),
  item('brass', 'trumpet_beginner', [260, 33, 0], SCHOOL_YEAR),
  item('brass', 'trombone_plastic', [165, 26, 0.15], OUTDOORS, { launch: 44 }),
  item('brass', 'tuba_compact', [3400, 1.2, 0], STEADY, { frequency: 0.25 }),
  item('keys', 'stage_piano_88', [680, 45, 0.09], GIFTS),
  item('keys', 'melodica_32', [45, 52, 0.02], OUTDOORS, { launch: 17 }),
  item('percussion', 'cajon_birch', [120, 48, 0.05], OUTDOORS),
  item('percussion', 'djembe_travel', [99, 35, -0.04], OUTDOORS),
  item('percussion', 'handpan_d_minor', [980, 12, 0.3], GIFTS, { launch: 58 }),
];
