const test = require('node:test');
const assert = require('node:assert');
const { read } = require('../cli');

const ask = (...words) => read(['node', 'ticket', ...words]);

test('defaults', () => {
  assert.deepStrictEqual(ask(), { title: 'untitled', priority: 1, labels: [], words: [] });
});

test('options', () => {
  assert.deepStrictEqual(ask('-t', 'Broken', '--priority', 'high', 'now', 'please'), {
    title: 'Broken', priority: 2, labels: [], words: ['now', 'please'],
  });
});
