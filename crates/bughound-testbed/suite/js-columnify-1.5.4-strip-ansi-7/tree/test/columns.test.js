const test = require('node:test');
const assert = require('node:assert');
const columnify = require('..');

test('an object is two columns', () => {
  assert.strictEqual(columnify({ a: 1, long: 'text' }), 'KEY  VALUE\na    1    \nlong text ');
});

test('colours take no room', () => {
  const rows = [{ name: '\u001b[31mred\u001b[39m', n: 1 }, { name: 'yellow', n: 2 }];
  const lines = columnify(rows, { showHeaders: false }).split('\n');
  assert.deepStrictEqual(lines, ['\u001b[31mred\u001b[39m    1', 'yellow 2']);
});

test('long words are wrapped', () => {
  const text = columnify([{ a: 'one two three' }], { showHeaders: false, maxWidth: 7 });
  assert.deepStrictEqual(text.split('\n').map((line) => line.trim()), ['one two', 'three']);
});
