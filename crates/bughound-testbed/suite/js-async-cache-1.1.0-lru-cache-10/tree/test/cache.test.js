const test = require('node:test');
const assert = require('node:assert');
const AsyncCache = require('../ac.js');

function counting(options) {
  const made = new AsyncCache({
    max: 2,
    load: (key, cb) => {
      made.loads.push(key);
      setImmediate(cb, null, key.toUpperCase());
    },
    ...options,
  });
  made.loads = [];
  made.ask = (key) => new Promise((resolve, reject) => made.get(key, (er, value) => (er ? reject(er) : resolve(value))));
  return made;
}

test('loads once while it is asked several times', async () => {
  const cache = counting();
  assert.deepStrictEqual(await Promise.all([cache.ask('a'), cache.ask('a')]), ['A', 'A']);
  assert.strictEqual(await cache.ask('a'), 'A');
  assert.deepStrictEqual(cache.loads, ['a']);
});

test('forgets what was not used for longest', async () => {
  const cache = counting();
  for (const key of ['a', 'b', 'c']) await cache.ask(key);
  assert.deepStrictEqual(cache.keys().sort(), ['b', 'c']);
  assert.strictEqual(cache.itemCount, 2);
});

test('set, peek, has, del, reset', () => {
  const cache = counting();
  cache.set('x', 'y');
  assert.strictEqual(cache.peek('x'), 'y');
  cache.del('x');
  assert.strictEqual(cache.has('x'), false);
  cache.set('x', 'y');
  cache.reset();
  assert.deepStrictEqual(cache.keys(), []);
});
