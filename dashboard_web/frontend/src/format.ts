/** Numbers, money and dates as the reader writes them. */

const LOCALE = [...navigator.languages];

const money2 = new Intl.NumberFormat(LOCALE, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const whole = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat(LOCALE, { notation: "compact", maximumFractionDigits: 2 });
const dateTime = new Intl.DateTimeFormat(LOCALE, { dateStyle: "medium", timeStyle: "short" });
const exact = new Intl.DateTimeFormat(LOCALE, { dateStyle: "medium", timeStyle: "long" });
const clock = new Intl.DateTimeFormat(LOCALE, { timeStyle: "medium" });
const hourMinute = new Intl.DateTimeFormat(LOCALE, { timeStyle: "short" });
const day = new Intl.DateTimeFormat(LOCALE, { month: "short", day: "numeric" });
const relative = new Intl.RelativeTimeFormat(LOCALE, { numeric: "auto", style: "short" });

/** The shop names no currency. */
export const money = (amount: number): string => money2.format(amount);
export const count = (number: number): string => whole.format(number);
export const compact = (number: number): string => short.format(number);

export const date = (iso: string): string => dateTime.format(new Date(iso));
export const dateInFull = (iso: string): string => exact.format(new Date(iso));
export const timeOfDay = (iso: string): string => clock.format(new Date(iso));
export const dayOrTime = (at: Date, byDay: boolean): string => (byDay ? day : hourMinute).format(at);

/** `3 changes`, `1 change`. */
export function some(number: number, thing: string): string {
  return `${count(number)} ${thing}${number === 1 ? "" : "s"}`;
}

/** `now`, `12 sec. ago`, `3 hr. ago`; a date where it is longer than a day. */
export function ago(iso: string, now: number): string {
  const seconds = Math.round((Date.parse(iso) - now) / 1000);
  if (seconds > -5) return "now";
  if (seconds > -60) return relative.format(seconds, "second");
  if (seconds > -3600) return relative.format(Math.ceil(seconds / 60), "minute");
  if (seconds > -86_400) return relative.format(Math.ceil(seconds / 3600), "hour");
  return date(iso);
}

export function duration(seconds: number): string {
  if (seconds < 1) return `${count(seconds * 1000)} ms`;
  if (seconds < 90) return `${count(seconds)} s`;
  if (seconds < 5400) return `${count(seconds / 60)} min`;
  return `${count(seconds / 3600)} h`;
}
