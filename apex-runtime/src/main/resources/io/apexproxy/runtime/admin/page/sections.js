// The sections of the page, from the current status.

/** The states of the whole proxy: the sign in the header and the title, and the color of a dot on the icon, if any. */
const MARKS = {
  serving: { sign: '●' },
  degraded: { sign: '▲', dot: '#d98a00' },
  down: { sign: '▼', dot: '#d32f2f' },
  starting: { sign: '○', dot: '#7a8594' },
  draining: { sign: '▲', dot: '#d98a00' },
  'no contact': { sign: '○', dot: '#7a8594' },
};
const ICON = element('icon').href;

let now = null;     // the current status
let drainStart = 0; // the highest number of connections in the current drain

/** Shows figures with curves. Each one is a title, a text, a list of values and the format of a value. */
function showFigures(parent, figures) {
  figures.forEach(([title, value, values, format], index) => {
    const figure = child(parent, index, 'div');
    setText(child(figure, 0, 'dt'), title);
    setText(child(figure, 1, 'dd'), value);
    if (values) {
      if (!figure.children[2]) {
        figure.append(newCurve());
      }
      draw(figure.children[2], values, format);
    }
  });
  trim(parent, figures.length);
}

const rateFigures = item => [
  ['New connections/s', perSecond(item.rates?.connections), course(item, 'connections'), perSecond],
  ['To backends', bytesPerSecond(item.rates?.received), course(item, 'received'), bytesPerSecond],
  ['To clients', bytesPerSecond(item.rates?.sent), course(item, 'sent'), bytesPerSecond],
  ['Failed/s', perSecond(item.rates?.failed), course(item, 'failed'), perSecond],
];

function showProcess() {
  showFigures(element('figures'), [
    ['Open connections', count(now.connections) + (now.connections_waiting
      ? ' (' + count(now.connections_waiting) + ' waiting)' : '')],
    ...rateFigures(now),
    ['Buffers', bytes(now.buffer_bytes)],
  ]);
}

/** Shows the pools; returns the number of backends that match the filter. */
function showPools() {
  let shown = 0;
  let matching = 0;
  now.pools.forEach((pool, index) => {
    const section = child(element('pools'), index, 'section');
    showPoolHead(section, pool);
    const card = child(section, 2, 'div');
    card.className = 'card';
    const table = child(card, 0, 'table');
    table.id = 'pool ' + pool.name;
    setText(part(table, 'caption'), 'Backends of pool ' + pool.name);
    pool.backends.forEach(backend => backend.pool = pool.name);
    const limit = Math.max(0, Math.min(MAX_ROWS, MAX_ROWS_PAGE - shown));
    const found = fill(table, backendTable, pool.backends, limit);
    shown += Math.min(found, limit);
    matching += found;
  });
  trim(element('pools'), now.pools.length);
  return matching;
}

function showPoolHead(section, pool) {
  const heading = child(section, 0, 'h2');
  setText(child(heading, 0, 'b'), 'Pool ' + pool.name + ' ');
  const up = pool.backends_up;
  setText(child(heading, 1, 'span'), (pool.backends.length
    ? count(up) + ' of ' + count(pool.backends.length) + ' up' : 'no backends')
    + (pool.queue ? ', ' + count(pool.queue) + ' in the queue' : '')
    + (pool.source ? ', from ' + pool.source.provider : ''));
  const figures = child(section, 1, 'dl');
  figures.className = 'small';
  showFigures(figures, rateFigures(pool));
}

function causesOf(components, cause) {
  const found = {};
  components.filter(item => item.causes?.[cause]).forEach(item => found[item.name] = item.causes[cause]);
  return counts(found);
}

/** Returns the ended connections by cause, most first, with those that were refused at once and had no session. */
function endings() {
  const refused = {};
  now.listeners.flatMap(listener => Object.entries(listener.refused))
    .forEach(([cause, number]) => refused[cause] = (refused[cause] ?? 0) + number);
  return Object.entries({ ...now.session_endings, ...refused })
    .map(([cause, number]) => [cause, Math.max(number, now.session_endings[cause] ?? 0)])
    .filter(([, number]) => number > 0).sort(([, one], [, other]) => other - one);
}

function showEndings() {
  const causes = endings();
  const sum = causes.reduce((result, [, number]) => result + number, 0);
  const items = causes.map(([cause, connections]) => ({ cause, connections, share: connections / sum,
    listeners: causesOf(now.listeners, cause), pools: causesOf(now.pools, cause) }));
  return fill(element('endings'), endingTable, items.length ? items
    : [{ cause: 'none yet', connections: 0, share: 0, listeners: '', pools: '' }]);
}

function showRemoved() {
  return fill(element('removed'), removedTable, now.removed_backends);
}

function showCertificates() {
  const certificates = [['listener ', now.listeners], ['pool ', now.pools]].flatMap(([kind, users]) =>
    users.flatMap(user => user.certificates.map(item => ({ ...item, user: kind + user.name }))));
  return fill(element('certificates'), certificateTable, certificates);
}

function showDrain() {
  const isDraining = now.phase === 'draining';
  drainStart = isDraining ? Math.max(drainStart, now.connections) : 0;
  setHidden(element('drain'), !isDraining);
  if (isDraining) {
    setText(element('drain-text'), 'Draining: ' + count(now.connections) + ' of ' + count(drainStart)
      + ' connections left');
    element('drain-progress').max = drainStart || 1;
    element('drain-progress').value = drainStart ? drainStart - now.connections : 1;
  }
}

function showReload() {
  const reload = now.reload;
  setHidden(element('refused'), reload.last_successful);
  setText(element('mistakes'), reload.error);
  setText(element('reload'), reload.succeeded + reload.failed === 0
    ? 'Loaded at the start, ' + clock(reload.last) + '; no change since.'
    : 'Last change ' + (reload.last_successful ? 'applied' : 'rejected') + ' ' + duration(age(reload.last)) + ' ago, '
      + clock(reload.last) + '. Since the start: ' + count(reload.succeeded) + ' applied, '
      + count(reload.failed) + ' rejected.');
}

/** Shows a state in the header, in the title and on the icon. Removes the state from the beginning of the reason. */
function showMark(state, reason) {
  const mark = MARKS[state] ?? { sign: '○' };
  const title = mark.sign + ' Apex ' + state;
  if (document.title !== title) {
    document.title = title;
  }
  element('phase').className = 'pill ' + state.replace(' ', '-');
  const detail = reason.startsWith(state + ': ') ? reason.slice(state.length + 2) : reason;
  setText(element('phase'), mark.sign + ' ' + state + (detail ? ' – ' + detail : ''));
  const dot = mark.dot ? '<circle cx="12" cy="4" r="4" fill="' + mark.dot + '"/></svg>' : '</svg>';
  const icon = ICON.replace('%3C/svg%3E', encodeURIComponent(dot));
  if (element('icon').href !== icon) {
    element('icon').href = icon;
  }
}

function showProblems() {
  const lines = now.problems.map(problem => problem.subject + ': ' + problem.text);
  if (now.problem_count > lines.length) {
    lines.push('and ' + count(now.problem_count - lines.length) + ' more');
  }
  setHidden(element('problems'), now.problem_count === 0);
  setText(element('problem-heading'), 'Problems (' + count(now.problem_count) + ')');
  lines.forEach((line, index) => setText(child(element('problem-list'), index, 'li'), line));
  trim(element('problem-list'), lines.length);
}

function show() {
  const isServing = now.phase === 'serving';
  showMark(isServing ? now.health : now.phase, isServing ? '' : now.reason);
  setText(element('about'), 'version ' + now.version + ', engine ' + now.engine + ', up ' + duration(now.uptime_seconds));
  showProblems();
  showDrain();
  showProcess();
  const matching = showPools() + showRemoved() + fill(element('listeners'), listenerTable, now.listeners)
    + showEndings() + showCertificates() + fill(element('loops'), loopTable, now.loops)
    + fill(element('plugins'), pluginTable, now.plugins);
  setHidden(element('no-match'), matching > 0);
  showReload();
}
