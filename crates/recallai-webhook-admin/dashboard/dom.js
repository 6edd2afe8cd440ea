// Elements from descriptions. `h` describes, `render` makes what is on the page equal to what was
// described and touches nothing that is equal already, so that focus, selection, scroll and what is
// unfolded stay where they are when figures change. Text only ever becomes text: no markup is parsed.

const SVG = 'http://www.w3.org/2000/svg';

/** What was last described for a node. */
const described = new WeakMap();

/**
 * Describes an element.
 *
 * `props` are attributes, but for: `key`, which tells an element from its siblings; names that begin
 * with `on`, which are listeners; `value`, `checked`, `open` and the like, which are set as properties;
 * and `is`, called with the element once it is on the page. `null`, `undefined` and `false` leave out.
 */
export function h(tag, props, ...children) {
  return { tag, props: props ?? {}, children: flatten(children) };
}

/** Makes the children of a node what is described. */
export function render(parent, ...children) {
  reconcile(parent, flatten(children), parent.namespaceURI === SVG);
}

function flatten(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
}

const PROPERTIES = new Set(['value', 'checked', 'indeterminate', 'disabled', 'selected']);

function reconcile(parent, wanted, svg) {
  const keyed = new Map();
  for (const node of parent.childNodes) {
    const key = described.get(node)?.props.key;
    if (key !== undefined) keyed.set(key, node);
  }
  let at = parent.firstChild;
  for (const want of wanted) {
    const key = want.props?.key;
    let node = key === undefined ? at : keyed.get(key);
    // A node with a key is kept for that key, unless nothing asks for it.
    if (key === undefined && node && described.get(node)?.props.key !== undefined) node = null;
    if (node && fits(node, want)) {
      if (node === at) at = at.nextSibling;
      else parent.insertBefore(node, at);
      update(node, want, svg);
    } else {
      parent.insertBefore(make(want, svg), at);
    }
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

function fits(node, want) {
  if (typeof want !== 'object') return node.nodeType === Node.TEXT_NODE;
  return node.nodeType === Node.ELEMENT_NODE && node.localName === want.tag && described.has(node);
}

function make(want, svg) {
  if (typeof want !== 'object') return document.createTextNode(want);
  const inside = svg || want.tag === 'svg';
  const node = inside ? document.createElementNS(SVG, want.tag) : document.createElement(want.tag);
  update(node, want, inside);
  if (want.props.is) queueMicrotask(() => want.props.is(node));
  return node;
}

function update(node, want, svg) {
  if (typeof want !== 'object') {
    if (node.data !== String(want)) node.data = want;
    return;
  }
  const old = described.get(node)?.props ?? {};
  described.set(node, want);
  // Before the properties: a select takes a value only once it has the option.
  reconcile(node, want.children, svg || want.tag === 'svg');
  for (const name in old) if (!(name in want.props)) set(node, name, null, old[name]);
  for (const name in want.props) set(node, name, want.props[name], old[name]);
}

function set(node, name, value, old) {
  if (name === 'key' || name === 'is') return;
  if (name.startsWith('on')) {
    if (!old && value) node.addEventListener(name.slice(2), listen);
    if (old && !value) node.removeEventListener(name.slice(2), listen);
  } else if (PROPERTIES.has(name) && name in node) {
    // What somebody is typing is theirs, until what is described changes.
    if (value !== old || name !== 'value') node[name] = value ?? (name === 'value' ? '' : false);
  } else if (value === null || value === undefined || value === false) {
    if (old !== undefined) node.removeAttribute(name);
  } else if (value !== old) {
    node.setAttribute(name, value === true ? '' : value);
  }
}

// One function for all, so that a listener described anew needs no adding and removing.
function listen(event) {
  described.get(event.currentTarget)?.props['on' + event.type]?.(event);
}
