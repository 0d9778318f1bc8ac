const test = require('node:test');
const assert = require('node:assert');
const fm = require('../index.js');

test('attributes and body', () => {
  const content = fm('---\ntitle: One\ntags: [a, b]\n---\nThe body.\n');
  assert.deepStrictEqual(content.attributes, { title: 'One', tags: ['a', 'b'] });
  assert.strictEqual(content.body, 'The body.\n');
  assert.strictEqual(content.bodyBegin, 5);
});

test('no front matter', () => {
  assert.deepStrictEqual(fm('Just text').attributes, {});
  assert.strictEqual(fm.test('Just text'), false);
});

test('the other delimiter', () => {
  assert.strictEqual(fm('= yaml =\ntitle: Two\n= yaml =\nBody').attributes.title, 'Two');
});

test('unsafe is an option', () => {
  assert.strictEqual(fm('---\nn: 3\n---\n', { allowUnsafe: true }).attributes.n, 3);
});
