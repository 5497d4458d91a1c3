// The columns of all tables.

const STATES = { up: '● up', active: '● active', unchecked: '● unchecked', unknown: '○ unknown', drain: '○ drain',
  maintenance: '■ maintenance', down: '▲ down', ejected: '▲ ejected' };
const SEVERITY = ['down', 'ejected', 'unknown', 'maintenance', 'drain'];

const changed = item => item.last_change ?? item.since;
const age = moment => Math.max(0, (Date.parse(now.time) - Date.parse(moment)) / 1000);
const ended = item => item.state === 'drain' || item.state === 'maintenance';
const course = (item, key) => item.history?.[key] ?? [];

/** Returns the rank of a state in an ascending order: what needs attention first. */
function severity(item) {
  const rank = SEVERITY.indexOf(item.state);
  return rank < 0 ? SEVERITY.length : rank;
}

function backendDetail(item) {
  return [item.address === item.name ? '' : item.address, item.backup ? 'backup' : ''].filter(text => text)
    .join(' · ');
}

function stateDetail(item) {
  return [item.reason, item.slow_start ? 'slow start, ' + duration(item.slow_start) + ' left' : '',
    ended(item) && item.connections ? connections(item.connections) + ' left' : ''].filter(text => text).join(' · ');
}

const backendTable = {
  name: 'backends',
  key: item => item.name,
  text: item => item.pool + ' ' + item.name + ' ' + item.address + ' ' + item.state + ' ' + item.reason
    + (item.backup ? ' backup' : ''),
  columns: [
    { key: 'name', title: 'Backend', width: 21, lead: true, value: item => item.name, detail: backendDetail },
    { key: 'state', title: 'State', width: 18, lead: true, pill: item => item.state, sort: severity,
      value: item => STATES[item.state] ?? '○ ' + item.state, detail: stateDetail },
    { key: 'changed', title: 'Changed', width: 11, number: true, wide: true, sort: item => age(changed(item)),
      value: item => coarse(age(changed(item))) + ' ago' },
    { key: 'weight', title: 'Weight', width: 6.5, number: true, value: item => item.weight },
    { key: 'open', title: 'Open', width: 8, number: true, sort: item => item.connections,
      value: item => count(item.connections),
      detail: item => item.max_connections ? 'of ' + count(item.max_connections) : '' },
    { key: 'new', title: 'New/s', width: 7, number: true, sort: item => item.rates?.connections ?? 0,
      value: item => perSecond(item.rates?.connections) },
    { key: 'total', title: 'Total', width: 9, number: true, sort: item => item.connected,
      value: item => count(item.connected) },
    { key: 'failed', title: 'Failed', width: 8, number: true, sort: item => item.connect_errors,
      value: item => count(item.connect_errors),
      detail: item => item.rates?.failed ? perSecond(item.rates.failed) + '/s' : '' },
    { key: 'connect', title: 'Connect p99', width: 8, number: true, wide: true, sort: item => item.connect_ms?.p99 ?? 0,
      value: item => milliseconds(item.connect_ms?.p99) },
    { key: 'received', title: 'To backend', width: 11, number: true, wide: true,
      sort: item => item.rates?.received ?? 0, value: item => bytesPerSecond(item.rates?.received),
      detail: item => bytes(item.bytes_to_backend) },
    { key: 'sent', title: 'To clients', width: 11, number: true, wide: true,
      sort: item => item.rates?.sent ?? 0, value: item => bytesPerSecond(item.rates?.sent),
      detail: item => bytes(item.bytes_to_client) },
  ],
};

const listenerTable = {
  name: 'listeners',
  key: item => item.name,
  text: item => item.name + ' ' + item.addresses.join(' ') + ' ' + item.pools.join(' '),
  columns: [
    { key: 'name', title: 'Listener', width: 17, lead: true, value: item => item.name,
      detail: item => item.addresses.join(', ') },
    { key: 'pools', title: 'Pools', width: 15, lead: true, value: item => list(item.pools),
      detail: item => list(Object.entries(item.routes).filter(([, connections]) => connections > 0)
        .map(([route, connections]) => 'route ' + route + ': ' + count(connections))) },
    { key: 'open', title: 'Open', width: 8, number: true, sort: item => item.connections,
      value: item => count(item.connections),
      detail: item => [item.max_connections ? 'of ' + count(item.max_connections) : '',
        item.waiting ? count(item.waiting) + ' waiting' : ''].filter(text => text).join(', ') },
    { key: 'new', title: 'New/s', width: 14, number: true, sort: item => item.rates?.connections ?? 0,
      value: item => perSecond(item.rates?.connections), curve: item => course(item, 'connections'),
      format: value => perSecond(value) + '/s' },
    { key: 'accepted', title: 'Accepted', width: 9, number: true, wide: true, sort: item => item.accepted,
      value: item => count(item.accepted) },
    { key: 'failed', title: 'Failed/s', width: 14, number: true, sort: item => item.rates?.failed ?? 0,
      value: item => perSecond(item.rates?.failed), curve: item => course(item, 'failed'),
      format: value => perSecond(value) + '/s' },
    { key: 'errors', title: 'Accept errors', width: 10, number: true, sort: item => item.accept_errors,
      value: item => count(item.accept_errors) },
    { key: 'refused', title: 'Refused', width: 13, number: true, wide: true, sort: item => total(item.refused),
      value: item => count(total(item.refused)), detail: item => counts(item.refused) },
  ],
};

const endingTable = {
  name: 'causes',
  key: item => item.cause,
  text: item => item.cause + ' ' + item.listeners + ' ' + item.pools,
  columns: [
    { key: 'cause', title: 'Cause', width: 24, lead: true, value: item => item.cause },
    { key: 'connections', title: 'Connections', width: 14, number: true, wide: true, sort: item => item.connections,
      value: item => count(item.connections) },
    { key: 'share', title: 'Share', width: 10, number: true, sort: item => item.share,
      value: item => percent(item.share) },
    { key: 'listeners', title: 'Listeners', width: 26, wide: true, value: item => item.listeners || '–' },
    { key: 'pools', title: 'Pools', width: 26, wide: true, value: item => item.pools || '–' },
  ],
};

const removedTable = {
  name: 'removed',
  isOptional: true,
  key: item => item.pool + ' ' + item.address + ' ' + item.name,
  text: item => item.pool + ' ' + item.name + ' ' + item.address,
  columns: [
    { key: 'name', title: 'Backend', width: 40, lead: true, value: item => item.name, detail: backendDetail },
    { key: 'pool', title: 'Pool', width: 30, value: item => item.pool },
    { key: 'open', title: 'Connections left', width: 30, number: true, sort: item => item.connections,
      value: item => count(item.connections) },
  ],
};

const certificateTable = {
  name: 'certificates',
  isOptional: true,
  key: item => item.user + ' ' + item.certificate,
  text: item => item.user + ' ' + item.certificate + ' ' + item.names.join(' ') + ' ' + certificateState(item) + ' '
    + item.problem,
  columns: [
    { key: 'name', title: 'Certificate', width: 32, lead: true, value: item => item.certificate,
      detail: item => list(item.names) },
    { key: 'user', title: 'Used by', width: 20, value: item => item.user },
    { key: 'expires', title: 'Expires', width: 18, sort: item => item.expiry,
      value: item => item.expiry.slice(0, 10) || '–', detail: item => item.expiry > now.time
        ? 'in ' + duration((Date.parse(item.expiry) - Date.parse(now.time)) / 1000) : '' },
    { key: 'state', title: 'State', width: 30, wide: true,
      pill: item => certificateState(item) === 'in use' ? 'up' : 'down',
      value: item => (certificateState(item) === 'in use' ? '● ' : '▲ ') + certificateState(item),
      detail: item => item.problem },
  ],
};

function certificateState(item) {
  if (item.expiry && item.expiry <= now.time) {
    return 'expired';
  }
  return item.problem ? 'files not usable' : 'in use';
}

const loopTable = {
  name: 'loops',
  key: item => item.index,
  text: item => 'loop ' + item.index,
  columns: [
    { key: 'loop', title: 'Loop', width: 14, lead: true, sort: item => item.index,
      value: item => 'loop ' + item.index },
    { key: 'sessions', title: 'Sessions', width: 17, number: true, sort: item => item.sessions,
      value: item => count(item.sessions) },
    { key: 'median', title: 'Turn, median', width: 17, number: true, sort: item => item.turn_ms?.p50 ?? 0,
      value: item => milliseconds(item.turn_ms?.p50) },
    { key: 'p99', title: 'Turn, p99', width: 17, number: true, sort: item => item.turn_ms?.p99 ?? 0,
      value: item => milliseconds(item.turn_ms?.p99) },
    { key: 'blocked', title: 'Blocked sinks', width: 17, number: true, sort: item => item.blocked_sinks,
      value: item => count(item.blocked_sinks) },
    { key: 'memory', title: 'Memory waits', width: 18, number: true, sort: item => item.memory_waits,
      value: item => count(item.memory_waits) },
  ],
};

const pluginTable = {
  name: 'plugins',
  key: item => item.origin + ' ' + item.kind + ' ' + item.name,
  text: item => item.name + ' ' + item.kind + ' ' + item.module + ' ' + item.origin + ' ' + item.note,
  columns: [
    { key: 'name', title: 'Plugin', width: 30, lead: true, value: item => item.name || item.origin,
      detail: item => item.note },
    { key: 'kind', title: 'Kind', width: 20, wide: true, value: item => item.kind || '–' },
    { key: 'state', title: 'State', width: 16, wide: true, pill: item => item.loaded ? 'up' : 'down',
      value: item => item.loaded ? '● loaded' : '▲ not loaded' },
    { key: 'module', title: 'Module', width: 34, wide: true, value: item => item.module || '–',
      detail: item => item.origin },
  ],
};
