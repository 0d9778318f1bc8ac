'use strict';

const test = require('node:test');
const assert = require('node:assert');
const { match } = require('../src');

test('text fits itself alone', () => {
  assert.deepStrictEqual(match('/a/b', '/a/b/'), {});
  assert.strictEqual(match('/a/b', '/a/c'), null);
});

test('parameters are decoded', () => {
  assert.deepStrictEqual(match('/users/:name', '/users/ann%20lee'), { name: 'ann lee' });
});

test('a longer path does not fit', () => {
  assert.strictEqual(match('/users/:name', '/users/ann/files'), null);
  assert.strictEqual(match('/', '/users'), null);
});

test('the rest is one parameter', () => {
  assert.deepStrictEqual(match('/files/*', '/files/a/b'), { rest: 'a/b' });
});

test('a query is no part of it', () => {
  assert.deepStrictEqual(match('/a', '/a?b=/c'), {});
});
