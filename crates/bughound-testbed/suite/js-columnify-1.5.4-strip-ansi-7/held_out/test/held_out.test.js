const test = require('node:test');
const assert = require('node:assert');
const columnify = require('..');
const width = require('../width');

test('widths', () => {
  assert.strictEqual(width('plain'), 5);
  assert.strictEqual(width('\u001b[1m\u001b[32mgreen\u001b[39m\u001b[22m'), 5);
  assert.strictEqual(width('\u53e4'), 2);
  assert.strictEqual(width(''), 0);
});

test('right-aligned', () => {
  const text = columnify([{ n: '1' }, { n: '100' }], { align: 'right', showHeaders: false });
  assert.deepStrictEqual(text.split('\n'), ['  1', '100']);
});
