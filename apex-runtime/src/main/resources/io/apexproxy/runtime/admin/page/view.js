// The filter and the order of the rows. The fragment of the address has both, so that a reload and a link keep them.

const FILTER = 'filter';
const view = { words: [], orders: new Map(), expanded: new Set(), change: () => {} };

/** Reads the fragment, such as #filter=down&backends=-open. A minus is the descending order. */
function readFragment() {
  const parameters = new URLSearchParams(location.hash.slice(1));
  const filter = parameters.get(FILTER) ?? '';
  parameters.delete(FILTER);
  view.words = filter.toLowerCase().split(/\s+/).filter(word => word);
  view.orders = new Map(parameters);
  if (element(FILTER).value !== filter) {
    element(FILTER).value = filter;
  }
}

function writeFragment() {
  const parameters = new URLSearchParams([...view.orders]);
  if (element(FILTER).value) {
    parameters.set(FILTER, element(FILTER).value);
  }
  const fragment = parameters.toString();
  history.replaceState(null, '', fragment ? '#' + fragment : location.pathname + location.search);
  readFragment();
  view.change();
}

const matches = text => view.words.length === 0 || containsAll(text().toLowerCase());
const containsAll = text => view.words.every(word => text.includes(word));

/** Returns the order of a table: the key of a column and whether it is descending; undefined: as configured. */
function orderOf(table) {
  const order = view.orders.get(table);
  return order && { key: order.replace(/^-/, ''), isDescending: order.startsWith('-') };
}

/** Changes the order: first the usual one of the column, then the reverse, then as configured. */
function nextOrder(table, column) {
  const first = column.number ? '-' + column.key : column.key;
  const second = column.number ? column.key : '-' + column.key;
  const current = view.orders.get(table);
  if (current === first) {
    view.orders.set(table, second);
  } else if (current === second) {
    view.orders.delete(table);
  } else {
    view.orders.set(table, first);
  }
  writeFragment();
}

function startView() {
  readFragment();
  addEventListener('hashchange', () => {
    readFragment();
    view.change();
  });
  element(FILTER).addEventListener('input', writeFragment);
  element('help-button').addEventListener('click', () => element('help').showModal());
  document.addEventListener('keydown', onKey);
}

function onKey(event) {
  if (event.ctrlKey || event.altKey || event.metaKey) {
    return;
  }
  const field = element(FILTER);
  if (event.key === 'Escape' && event.target === field) {
    field.value = '';
    writeFragment();
    field.blur();
  } else if (event.target === field || element('help').open) {
    return;
  } else if (event.key === '/') {
    event.preventDefault(); // otherwise the field gets the character
    field.focus();
    field.select();
  } else if (event.key === '?') {
    element('help').showModal();
  } else if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
    moveAlongHead(event);
  }
}

function moveAlongHead(event) {
  const head = event.target.closest?.('th');
  const next = event.key === 'ArrowLeft' ? head?.previousElementSibling : head?.nextElementSibling;
  if (next) {
    event.preventDefault(); // otherwise the table scrolls
    next.querySelector('button')?.focus();
  }
}
