import type { Item } from './catalogue.ts';

export const FIRST_YEAR = 2019;
/** Months with sales, and months after them for which only the price is known. */
export const HISTORY = 84;
export const HORIZON = 12;

/** What is known of an item in a month; `sold` is absent where the month lies ahead. */
export interface Month {
  /** Counted from January of `FIRST_YEAR`. */
  readonly index: number;
  readonly price: number;
  readonly sold?: number;
}

const PROMOTION_CHANCE = 0.12;
const PROMOTION_DISCOUNT = 0.15;
const YEARLY_INFLATION = 0.025;
/** A price one per cent below the usual one sells this many per cent more. */
const ELASTICITY = 1.8;
/** Standard deviation of a month's sales around what was to be expected, as a share of it. */
const NOISE = 0.09;

/**
 * An item's months from its launch to the end of the horizon. Only additions, products and quotients
 * are used, which every machine computes alike, so a seed gives the same bytes everywhere.
 */
export function sell(item: Item, seed: number): Month[] {
  const random = uniform(seed);
  const months: Month[] = [];
  for (let index = item.launch; index < HISTORY + HORIZON; index++) {
    const years = index / 12;
    const usual = item.listPrice * (1 + YEARLY_INFLATION * years);
    const discount = random() < PROMOTION_CHANCE ? PROMOTION_DISCOUNT : 0;
    const price = Math.round(usual * (1 - discount) * 100) / 100;
    // Drawn for months ahead too, so that a longer history leaves the earlier months as they are.
    const sold = demand(item, index, discount, random);
    months.push({ index, price, ...(index < HISTORY && { sold }) });
  }
  return months;
}

function demand(item: Item, index: number, discount: number, random: () => number): number {
  const { level, growth, frequency } = item;
  const season = item.season[index % 12] ?? 1;
  const boost = 1 + ELASTICITY * discount;
  const ramp = Math.min(1, (index - item.launch + 3) / 12);
  const expected = level * (1 + (growth * index) / 12) * boost * (item.launch > 0 ? ramp : 1);
  const spread = 1 + NOISE * normal(random);
  const draw = random();
  if (frequency === 1) return Math.max(0, Math.round(expected * season * spread));
  return draw < frequency * season ? Math.max(1, Math.round(expected * spread)) : 0;
}

/** About normal: the sum of twelve uniform numbers has variance 1. */
function normal(random: () => number): number {
  let sum = -6;
  for (let i = 0; i < 12; i++) sum += random();
  return sum;
}

/** Uniform numbers from 0 to 1 by the generator mulberry32 (Tommy Ettinger, public domain). */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
