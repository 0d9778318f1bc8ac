'use strict';

const { describe, it } = require('node:test');
const assert = require('node:assert');
const { Router } = require('..');

describe('router', () => {
  it('takes the first that fits', () => {
    const router = new Router().on('get', '/a/:x', 'one').on('get', '/a/b', 'two');
    assert.strictEqual(router.find('GET', '/a/b').handler, 'one');
  });

  it('does not take a shorter pattern', () => {
    const router = new Router().on('get', '/a', 'short').on('get', '/a/:x', 'long');
    assert.deepStrictEqual(router.find('get', '/a/7'), { handler: 'long', parameters: { x: '7' } });
  });

  it('knows methods', () => {
    assert.strictEqual(new Router().on('post', '/a', 1).find('get', '/a'), null);
  });
});
