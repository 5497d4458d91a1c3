// Requests of the status. They stop while the page is hidden, and become rarer while the proxy does not respond.

const PERIOD = 2000;      // milliseconds from a response to the next request
const MAX_PERIOD = 30000; // the same, while the proxy does not respond
const TIMEOUT = 5000;     // milliseconds for a request
const IDLE_FACTOR = 9;    // the page rests for so many times the time of a large update

let updated = null;  // the time of the last response, by the clock of the browser
let failures = 0;    // requests without a response since then
let timer = 0;       // of the next request; 0: none
let isPolling = false;

function showContact(problem, delay) {
  document.body.classList.toggle('stale', problem !== null);
  setHidden(element('lost'), problem === null);
  if (problem === null) {
    setText(element('contact'), 'updated every ' + Math.round(delay / 1000) + ' s');
  } else {
    showMark('no contact', '');
    setText(element('contact'), 'no contact, next attempt in ' + Math.round(delay / 1000) + ' s');
    setText(element('lost'), 'The proxy does not respond (' + problem + '). '
      + (updated ? 'The data on this page is from ' + updated.toLocaleTimeString() + '.' : ''));
  }
}

async function poll() {
  timer = 0;
  isPolling = true;
  const start = performance.now();
  let problem = null;
  try {
    const response = await fetch('status', { signal: AbortSignal.timeout(TIMEOUT), cache: 'no-store' });
    if (!response.ok) {
      throw new Error('HTTP ' + response.status);
    }
    now = await response.json();
    updated = new Date();
    show();
    failures = 0;
  } catch (failure) {
    problem = failure.name === 'TimeoutError' ? 'no response within ' + TIMEOUT / 1000 + ' s' : failure.message;
    failures++;
  }
  const delay = problem === null ? Math.max(PERIOD, IDLE_FACTOR * (performance.now() - start))
    : Math.min(MAX_PERIOD, PERIOD * 2 ** (failures - 1));
  showContact(problem, delay);
  isPolling = false;
  if (document.hidden) {
    setText(element('contact'), 'paused');
  } else {
    timer = setTimeout(poll, Math.min(MAX_PERIOD, delay));
  }
}

document.addEventListener('visibilitychange', () => {
  if (document.hidden && timer) {
    clearTimeout(timer);
    timer = 0;
    setText(element('contact'), 'paused');
  } else if (!document.hidden && !timer && !isPolling) {
    poll();
  }
});

view.change = () => {
  if (now) {
    show();
  }
};
startView();
poll();
