'use strict';

const { segments } = require('./segments');

// A pattern such as `/users/:id/files/*` as a list of parts.
function compile(pattern) {
  return segments(pattern).map((text) => {
    if (text === '*') return { kind: 'rest' };
    if (text.startsWith(':')) return { kind: 'parameter', name: text.slice(1) };
    return { kind: 'text', text };
  });
}

// What the parameters are where the path fits, else null.
function match(pattern, path) {
  const parts = typeof pattern === 'string' ? compile(pattern) : pattern;
  const found = segments(path);
  const parameters = {};
  for (const [at, part] of parts.entries()) {
    if (part.kind === 'rest') {
      parameters.rest = found.slice(at).map(decodeURIComponent).join('/');
      return parameters;
    }
    if (at >= found.length) return null;
    if (part.kind === 'text' && part.text !== found[at]) return null;
    if (part.kind === 'parameter') parameters[part.name] = decodeURIComponent(found[at]);
  }
  return found.length === parts.length ? parameters : null;
}

module.exports = { compile, match };
