const plain = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 4 });
const short = new Intl.NumberFormat('en-US', { notation: 'compact', maximumSignificantDigits: 3 });
const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

export const MISSING = '–';

const known = (value) => typeof value === 'number' && Number.isFinite(value);

/** Four significant digits; whole thousands keep their separators. */
export const number = (value) => (known(value) ? plain.format(value) : MISSING);

/** A count, every digit of it. */
export const count = (value) => (known(value) ? whole.format(value) : MISSING);

/** For axes and lists: 12.7K. */
export const compact = (value) => (known(value) ? short.format(value) : MISSING);

/** A share as percent. */
export function percent(value, signed = false) {
  if (!known(value)) return MISSING;
  const hundredths = value * 100;
  const digits = Math.abs(hundredths) >= 99.5 || hundredths === 0 ? 0 : Math.abs(hundredths) >= 9.95 ? 1 : 2;
  const text = Math.abs(hundredths) >= 999.5 ? whole.format(hundredths) : hundredths.toFixed(digits);
  return `${signed && hundredths > 0 ? '+' : ''}${text.replace('-', '−')} %`;
}

/** `2.4 s`, `3 min 20 s`, `1 h 5 min`. */
export function duration(seconds) {
  if (!known(seconds)) return MISSING;
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  const minutes = Math.round(seconds / 60);
  if (seconds < 600) return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Epoch seconds as `25 Nov 2026, 10:27:19 UTC`. */
export function moment(seconds) {
  const date = new Date(seconds * 1000);
  return `${date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' })}, ${date.toISOString().slice(11, 19)} UTC`;
}

/** `2021-11-30T09:00:00` or `20211130T090000` as `2021-11-30 09:00`, without a midnight. */
export function day(text) {
  if (!text) return MISSING;
  const digits = text.replace(/[^0-9]/g, '');
  const date = `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6, 8)}`;
  const time = `${digits.slice(8, 10)}:${digits.slice(10, 12)}`;
  return digits.length < 12 || time === '00:00' ? date : `${date} ${time}`;
}

/** `2021-11-30T09:00:00` as `30 Nov 2021`, in one piece. */
export function dayInWords(text) {
  const options = { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' };
  return unbroken(new Date(`${text.slice(0, 10)}T00:00:00Z`).toLocaleDateString('en-GB', options));
}

/** Text that stays on one line. */
export const unbroken = (text) => text.replaceAll(' ', '\u00A0');

/** `1 item`, `2 items`. */
export const counted = (value, noun) => `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
