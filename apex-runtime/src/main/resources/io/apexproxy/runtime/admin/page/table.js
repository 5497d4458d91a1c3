// Tables whose rows have a key. An update touches only the cells that have changed.

const MAX_ROWS = 100;      // per table, unless the user requests all
const MAX_ROWS_PAGE = 500; // of all pools
const collator = new Intl.Collator('en', { numeric: true });
const rowsOfTables = new WeakMap();

/**
 * Fills a table with the items that match the filter, in the selected order.
 *
 * @param spec name: of the order in the address; columns; key: of an item; text: what the filter reads; isOptional:
 *   whether the section is hidden without items
 * @param limit the number of rows that are shown at first
 * @return the number of items that match
 */
function fill(table, spec, items, limit = MAX_ROWS) {
  const order = orderOf(spec.name);
  fillHead(table, spec, order);
  const matching = view.words.length ? items.filter(item => matches(() => spec.text(item))) : items;
  const sorted = sort(matching, spec.columns.find(column => column.key === order?.key), order?.isDescending);
  const isExpanded = view.expanded.has(table.id);
  table.classList.toggle('long', isExpanded);
  fillBody(table, spec, isExpanded ? sorted : sorted.slice(0, limit));
  showMore(table, matching.length, Math.min(limit, matching.length), isExpanded);
  const section = table.closest('section');
  setHidden(section, matching.length === 0 && (view.words.length > 0 || spec.isOptional === true));
  return matching.length;
}

function sort(items, column, isDescending) {
  if (!column) {
    return items;
  }
  const sign = isDescending ? -1 : 1;
  const keyed = items.map(item => [(column.sort ?? column.value)(item), item]);
  keyed.sort(([one], [other]) => sign * (typeof one === 'number' && typeof other === 'number'
    ? one - other : collator.compare(one, other)));
  return keyed.map(([, item]) => item);
}

/** Fills the head. Roles are explicit because a layout as a grid removes the implicit ones. */
function fillHead(table, spec, order) {
  if (!table.tHead) {
    createHead(table, spec);
  }
  spec.columns.forEach((column, index) => {
    const title = table.tHead.rows[0].cells[index];
    const sorted = order?.key !== column.key ? 'none' : order.isDescending ? 'descending' : 'ascending';
    if (title.getAttribute('aria-sort') !== sorted) {
      title.setAttribute('aria-sort', sorted);
    }
  });
}

function createHead(table, spec) {
  table.setAttribute('role', 'table');
  table.style.setProperty('--columns', spec.columns.map(column => 'minmax(0,' + column.width + 'fr)').join(' '));
  const titles = table.createTHead().insertRow();
  titles.setAttribute('role', 'row');
  for (const column of spec.columns) {
    const title = document.createElement('th');
    title.scope = 'col';
    title.setAttribute('role', 'columnheader');
    title.className = column.number ? 'number' : '';
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = column.title;
    button.addEventListener('click', () => nextOrder(spec.name, column));
    title.append(button);
    titles.append(title);
  }
  table.createTBody().setAttribute('role', 'rowgroup');
  rowsOfTables.set(table, new Map());
}

function fillBody(table, spec, items) {
  const rows = rowsOfTables.get(table);
  const body = table.tBodies[0];
  const unused = new Set(rows.keys());
  const used = new Set();
  const lines = items.map(item => {
    let key = String(spec.key(item));
    while (used.has(key)) { // a backend can be removed twice
      key += ' ';
    }
    used.add(key);
    const row = rows.get(key) ?? createRow(spec);
    rows.set(key, row);
    unused.delete(key);
    spec.columns.forEach((column, index) => update(row, column, index, item));
    return row.line;
  });
  for (const key of unused) {
    rows.get(key).line.remove();
    rows.delete(key);
  }
  arrange(body, lines);
}

/** Moves as few rows as possible, so that a selection of text survives. Replaces many rows at once, which is faster. */
function arrange(body, lines) {
  if (lines.length > MAX_ROWS_PAGE && lines.some((line, index) => line !== body.rows[index])) {
    body.replaceChildren(...lines);
    return;
  }
  let next = body.firstElementChild;
  for (const line of lines) {
    if (line === next) {
      next = next.nextElementSibling;
    } else {
      body.insertBefore(line, next);
    }
  }
}

function createRow(spec) {
  const line = document.createElement('tr');
  line.setAttribute('role', 'row');
  for (const column of spec.columns) {
    const cell = line.insertCell();
    cell.setAttribute('role', 'cell');
    cell.dataset.label = column.title;
    cell.className = ['number', 'lead', 'wide'].filter(kind => column[kind]).join(' ');
    cell.append(document.createElement('span'));
  }
  return { line, shown: spec.columns.map(() => []) };
}

/** Updates a cell: its main text, the color of a state, and a second line. */
function update(row, column, index, item) {
  const shown = row.shown[index];
  const value = String(column.value(item));
  const pill = column.pill ? 'pill ' + column.pill(item) : '';
  const detail = column.detail?.(item) ?? '';
  const cell = row.line.cells[index];
  if (shown.value !== value) {
    cell.firstChild.textContent = shown.value = value;
  }
  if (shown.pill !== pill) {
    cell.firstChild.className = shown.pill = pill;
  }
  if ((shown.detail ?? '') !== detail) {
    setText(part(cell, 'small'), detail);
    setHidden(part(cell, 'small'), detail === '');
    shown.detail = detail;
  }
  if (column.curve) {
    if (!shown.curve) {
      cell.append(shown.curve = newCurve());
    }
    draw(shown.curve, column.curve(item), column.format);
  }
}

/** Shows the button below a table that has more rows than it shows. */
function showMore(table, matching, shown, isExpanded) {
  const found = table.parentElement.querySelector('.more');
  if (matching <= shown) {
    found?.remove();
    return;
  }
  const button = found ?? document.createElement('button');
  if (!found) {
    button.type = 'button';
    button.className = 'more';
    button.addEventListener('click', () => {
      if (!view.expanded.delete(table.id)) {
        view.expanded.add(table.id);
      }
      view.change();
    });
    table.parentElement.append(button);
  }
  setText(button, isExpanded ? 'Show fewer of ' + count(matching) + ' rows'
    : 'Show all ' + count(matching) + ' rows' + (shown ? ', not only ' + count(shown) : ''));
}
