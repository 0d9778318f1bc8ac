'use strict';

// The parts of a path between its slashes; empty ones do not count.
function segments(path) {
  return path.split('?')[0].split('/').filter((part) => part !== '');
}

module.exports = { segments };
