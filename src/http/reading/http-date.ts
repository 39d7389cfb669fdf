const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const TIME = '(?<hour>\\d\\d):(?<minute>\\d\\d):(?<second>\\d\\d)';
const MONTH = `(?<month>${MONTHS.join('|')})`;

/** RFC 9110 section 5.6.7: the one format to send, and the two obsolete ones that must still be read. */
const FORMATS = [
  new RegExp(`^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (?<day>\\d\\d) ${MONTH} (?<year>\\d{4}) ${TIME} GMT$`),
  new RegExp(
    `^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (?<day>\\d\\d)-${MONTH}-(?<year>\\d\\d) ${TIME} GMT$`,
  ),
  new RegExp(`^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ${MONTH} (?<day>[ \\d]\\d) ${TIME} (?<year>\\d{4})$`),
];

/** The seconds since 1970 that an HTTP-date names; null when it is none. `now` in ms places two-digit years. */
export function parseHttpDate(text: string, now = Date.now()): number | null {
  const fields = FORMATS.map((format) => format.exec(text)?.groups).find((groups) => groups !== undefined);
  if (fields === undefined) return null;
  const { day, month = '', year = '', hour, minute, second } = fields;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return null;
  const fullYear = year.length === 2 ? expandYear(Number(year), now) : Number(year);
  const midnight = new Date(0);
  midnight.setUTCFullYear(fullYear, MONTHS.indexOf(month), Number(day));
  if (midnight.getUTCDate() !== Number(day)) return null;
  return midnight.getTime() / 1000 + Number(hour) * 3600 + Number(minute) * 60 + Number(second);
}

/** RFC 9110 section 5.6.7: a year that seems more than 50 years ahead is the last past one with these digits. */
function expandYear(twoDigits: number, now: number): number {
  const thisYear = new Date(now).getUTCFullYear();
  const year = thisYear - (thisYear % 100) + twoDigits;
  return year > thisYear + 50 ? year - 100 : year;
}
