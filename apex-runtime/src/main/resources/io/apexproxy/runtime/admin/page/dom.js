'use strict';
// The page inserts texts from the proxy with textContent, never as markup.

const element = id => document.getElementById(id);

function setText(node, text) {
  if (node.textContent !== String(text)) {
    node.textContent = text;
  }
}

function setHidden(node, isHidden) {
  if (node.hidden !== isHidden) {
    node.hidden = isHidden;
  }
}

/** Returns the nth child, created if missing. Nodes are reused, so that a selection of text survives an update. */
function child(parent, index, tag) {
  while (parent.children.length <= index) {
    parent.append(document.createElement(tag));
  }
  return parent.children[index];
}

function trim(parent, count) {
  while (parent.children.length > count) {
    parent.lastElementChild.remove();
  }
}

/** Returns the first child with this tag, created if missing. */
function part(parent, tag) {
  let found = parent.querySelector(tag);
  if (!found) {
    found = document.createElement(tag);
    parent.append(found);
  }
  return found;
}
