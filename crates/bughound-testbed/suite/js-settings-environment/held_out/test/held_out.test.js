const test = require('node:test');
const assert = require('node:assert');
const { read, connect } = require('../settings');

test('empty counts as not set', () => {
  assert.deepStrictEqual(read({ APP_PORT: '', APP_HOST: '' }), { host: '127.0.0.1', port: 8080, region: 'local' });
});

test('a token is needed', () => {
  assert.throws(() => connect({}), /APP_TOKEN is not set/);
  assert.throws(() => connect({ APP_TOKEN: '' }), /APP_TOKEN is not set/);
});

test('no port is an error', () => {
  assert.throws(() => read({ APP_PORT: 'x' }), /no port/);
  assert.throws(() => read({ APP_PORT: '70000' }), RangeError);
});
