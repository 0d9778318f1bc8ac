const test = require('node:test');
const assert = require('node:assert');
const AsyncCache = require('../ac.js');

const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

test('what is too old is loaded again', async () => {
  let n = 0;
  const cache = new AsyncCache({ max: 10, maxAge: 20, load: (key, cb) => cb(null, ++n) });
  const ask = () => new Promise((resolve) => cache.get('key', (er, value) => resolve(value)));
  assert.strictEqual(await ask(), 1);
  await wait(60);
  assert.strictEqual(await ask(), 2);
});

test('an age may be given with the value', async () => {
  let n = 0;
  const cache = new AsyncCache({ max: 10, load: (key, cb) => cb(null, ++n, 20) });
  const ask = () => new Promise((resolve) => cache.get('key', (er, value) => resolve(value)));
  assert.strictEqual(await ask(), 1);
  await wait(60);
  assert.strictEqual(await ask(), 2);
});

test('errors are passed on and not kept', async () => {
  let n = 0;
  const cache = new AsyncCache({ max: 10, load: (key, cb) => (n++ ? cb(null, 'fine') : cb(new Error('first'))) });
  const ask = () => new Promise((resolve) => cache.get('key', (er, value) => resolve(er ? er.message : value)));
  assert.strictEqual(await ask(), 'first');
  assert.strictEqual(await ask(), 'fine');
});
