const test = require('node:test');
const assert = require('node:assert');
const fm = require('../index.js');

test('empty front matter', () => {
  assert.deepStrictEqual(fm('---\n---\nBody').attributes, {});
});

test('wrong YAML is an error', () => {
  assert.throws(() => fm('---\na: [1\n---\nBody'), /YAML|flow|expected/i);
});

test('nothing is executed', () => {
  assert.throws(() => fm('---\nf: !!js/function "function () { return 1 }"\n---\n'));
});

test('dates and nested values', () => {
  const { attributes } = fm('---\nday: 2020-01-02\nperson:\n  name: Ann\n---\nBody');
  assert.strictEqual(attributes.day.getUTCFullYear(), 2020);
  assert.deepStrictEqual(attributes.person, { name: 'Ann' });
});
