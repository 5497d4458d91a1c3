// Curves of the last ten minutes, as lines in SVG.

const SVG = 'http://www.w3.org/2000/svg';
const CURVE_POINTS = 60; // the intervals of ten minutes
const CURVE_HEIGHT = 20;

function newCurve() {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 ' + CURVE_POINTS + ' ' + CURVE_HEIGHT);
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.setAttribute('role', 'img');
  svg.setAttribute('class', 'curve');
  svg.append(document.createElementNS(SVG, 'path'), document.createElementNS(SVG, 'polyline'));
  return svg;
}

/** Draws values, the last one at the right. The highest value determines the scale. */
function draw(svg, values, format) {
  const text = values.join();
  if (svg.dataset.values === text) {
    return;
  }
  svg.dataset.values = text;
  const max = Math.max(...values, 0);
  const first = CURVE_POINTS - values.length + 0.5;
  const points = values.map((value, index) => (first + index) + ','
    + (CURVE_HEIGHT - 1 - (max > 0 ? value / max : 0) * (CURVE_HEIGHT - 3)).toFixed(1));
  svg.lastElementChild.setAttribute('points', points.join(' '));
  svg.firstElementChild.setAttribute('d', points.length ? 'M' + first + ',' + CURVE_HEIGHT + ' L' + points.join(' L')
    + ' L' + (first + values.length - 1) + ',' + CURVE_HEIGHT + ' Z' : '');
  const label = values.length ? 'last 10 minutes: at most ' + format(max) : 'no history yet';
  svg.setAttribute('aria-label', label);
  svg.parentElement.title = label;
}
