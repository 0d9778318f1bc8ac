const test = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const temp = require('../lib/temp').track();

test('files and folders are removed', async () => {
  const folder = await temp.mkdir('folder');
  fs.writeFileSync(path.join(folder, 'inside'), 'content');
  const file = await temp.open('file');
  fs.closeSync(file.fd);
  assert.deepStrictEqual(await temp.cleanup(), { files: 1, dirs: 1 });
  assert.ok(!fs.existsSync(folder));
  assert.ok(!fs.existsSync(file.path));
});

test('at once', () => {
  const folder = temp.mkdirSync('folder');
  fs.mkdirSync(path.join(folder, 'inside'));
  assert.deepStrictEqual(temp.cleanupSync(), { files: 0, dirs: 1 });
  assert.ok(!fs.existsSync(folder));
});

test('names have prefix and suffix', () => {
  const name = temp.path({ prefix: 'one-', suffix: '.txt' });
  assert.match(path.basename(name), /^one-.*\.txt$/);
});
