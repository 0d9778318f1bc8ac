const test = require('node:test');
const assert = require('node:assert');
const { read, address, connect } = require('../settings');

test('what is set', () => {
  const env = { APP_HOST: 'a', APP_PORT: '1', APP_REGION: 'b', APP_TOKEN: 'c' };
  assert.deepStrictEqual(read(env), { host: 'a', port: 1, region: 'b' });
  assert.deepStrictEqual(connect(env), { address: 'http://a:1/b', token: 'c' });
});

test('what is not set', () => {
  assert.deepStrictEqual(read({}), { host: '127.0.0.1', port: 8080, region: 'local' });
});

test('of this process', () => {
  assert.strictEqual(address(), 'http://127.0.0.1:8080/local');
});
