const numbers = new Intl.NumberFormat('en');
const count = number => numbers.format(number);

function bytes(number) {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let unit = 0;
  while (number >= 1024 && unit < units.length - 1) {
    number /= 1024;
    unit++;
  }
  return (unit > 0 && number < 100 ? number.toFixed(1) : Math.round(number)) + ' ' + units[unit];
}

function duration(seconds) {
  const parts = [['d', 86400], ['h', 3600], ['min', 60], ['s', 1]];
  const first = parts.findIndex(([, length]) => seconds >= length);
  if (first < 0) {
    return '0 s';
  }
  const [unit, length] = parts[first];
  const rest = parts[first + 1] && unit !== 'min' ? Math.floor(seconds % length / parts[first + 1][1]) : 0;
  return Math.floor(seconds / length) + ' ' + unit + (rest ? ' ' + rest + ' ' + parts[first + 1][0] : '');
}

/** Returns a duration in its largest unit. */
const coarse = seconds => duration(seconds).split(' ').slice(0, 2).join(' ');
const clock = moment => new Date(moment).toLocaleString();
const short = number => number >= 100 || number === 0 ? count(Math.round(number)) : number.toFixed(1);
const perSecond = number => number === undefined ? '–' : short(number);
const bytesPerSecond = number => number === undefined ? '–' : bytes(number) + '/s';
const milliseconds = number => number === undefined ? '–' : count(number) + ' ms';

const connections = number => count(number) + (number === 1 ? ' connection' : ' connections');
const percent = share => share > 0 && share < 0.001 ? '< 0.1 %' : (100 * share).toFixed(1) + ' %';

/** Returns the first elements of a list and the number of the others. */
function list(elements) {
  const shown = elements.slice(0, 5);
  const others = elements.length - shown.length;
  return shown.join(', ') + (others > 0 ? ' and ' + others + ' more' : '');
}

/** Returns the counts that are not 0, the highest first, such as "denied 12, hello 3". */
const counts = object => list(Object.entries(object ?? {}).filter(([, number]) => number > 0)
  .sort(([, one], [, other]) => other - one).map(([name, number]) => name + ' ' + count(number)));

const total = object => Object.values(object ?? {}).reduce((result, number) => result + number, 0);
