const SECONDS = { min: 60, H: 3600, D: 86_400, W: 604_800 };
const MONTHS = { M: 1, Y: 12 };
const NAMES = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const WORDS = { min: 'minute', H: 'hour', D: 'day', W: 'week', M: 'month', Y: 'year' };
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const hourly = (hours) => ({
  key: (date) => Math.floor(date / (hours * HOUR)),
  text: (date) =>
    date.getUTCHours() === 0
      ? `${date.getUTCDate()} ${NAMES[date.getUTCMonth()]}`
      : date.toISOString().slice(11, 16),
});
const daily = (days) => ({
  key: (date) => Math.floor(date / (days * DAY)),
  text: (date) => `${date.getUTCDate()} ${NAMES[date.getUTCMonth()]}`,
});
const monthly = (months) => ({
  key: (date) => Math.floor((date.getUTCFullYear() * 12 + date.getUTCMonth()) / months),
  text: (date) =>
    months >= 12
      ? String(date.getUTCFullYear())
      : `${NAMES[date.getUTCMonth()]} ’${String(date.getUTCFullYear()).slice(2)}`,
});
/** From dense to sparse; the first that fits is taken. */
const INTERVALS = [
  ...[1, 3, 6, 12].map(hourly),
  ...[1, 2, 7, 14].map(daily),
  ...[1, 3, 6, 12, 24, 60, 120, 240].map(monthly),
];

/** Periods by number; 0 is the first of the forecast. Times are zone-less, so UTC stands for them. */
export class Calendar {
  /** @param {{start: string, unit: string, multiple: number}} axis */
  constructor({ start, unit, multiple }) {
    this.start = new Date(`${start}Z`);
    this.unit = unit;
    this.multiple = multiple;
  }

  date(number) {
    const seconds = SECONDS[this.unit];
    if (seconds) return new Date(this.start.getTime() + number * seconds * this.multiple * 1000);
    const date = new Date(this.start);
    date.setUTCMonth(date.getUTCMonth() + number * MONTHS[this.unit] * this.multiple);
    return date;
  }

  /** A period in words. */
  label(number) {
    const date = this.date(number);
    const month = `${NAMES[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
    if (this.unit === 'Y') return String(date.getUTCFullYear());
    if (this.unit === 'M') return date.getUTCDate() === 1 ? month : `${date.getUTCDate()} ${month}`;
    const text = `${date.getUTCDate()} ${month}`;
    return this.unit === 'H' || this.unit === 'min' ? `${text}, ${date.toISOString().slice(11, 16)}` : text;
  }

  /** `12 months`, `24 × 15 minutes`. */
  span(periods) {
    const word = `${WORDS[this.unit]}${periods === 1 && this.multiple === 1 ? '' : 's'}`;
    return this.multiple === 1 ? `${periods} ${word}` : `${periods} × ${this.multiple} ${word}`;
  }

  /** Marks for an axis from one period to another, `most` at most. */
  ticks(from, to, most) {
    for (const { key, text } of INTERVALS) {
      const found = [];
      let last = key(this.date(from - 1));
      for (let number = from; number <= to && found.length <= most; number++) {
        const date = this.date(number);
        const next = key(date);
        if (next !== last) found.push({ number, text: text(date) });
        last = next;
      }
      if (found.length <= most) return found;
    }
    return [];
  }
}
