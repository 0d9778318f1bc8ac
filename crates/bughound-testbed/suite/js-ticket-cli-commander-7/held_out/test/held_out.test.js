const test = require('node:test');
const assert = require('node:assert');
const { read } = require('../cli');

const ask = (...words) => read(['node', 'ticket', ...words]);

test('labels are gathered', () => {
  assert.deepStrictEqual(ask('-l', 'a,b', '--label', 'c').labels, ['a', 'b', 'c']);
});

test('a second call knows nothing of the first', () => {
  ask('-l', 'x', '-t', 'One');
  assert.deepStrictEqual(ask().labels, []);
  assert.strictEqual(ask().title, 'untitled');
});

test('wrong levels are refused', () => {
  assert.throws(() => ask('-p', 'urgent'), /priority is one of/);
});
