const test = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const temp = require('../lib/temp').track();

test('several of each, with a callback', (t, done) => {
  const paths = [1, 2, 3].map(() => temp.mkdirSync('d'));
  const files = [1, 2].map(() => temp.openSync('f'));
  files.forEach((file) => fs.closeSync(file.fd));
  temp.cleanup((err, stats) => {
    assert.ifError(err);
    assert.deepStrictEqual(stats, { files: 2, dirs: 3 });
    for (const path of paths.concat(files.map((file) => file.path))) assert.ok(!fs.existsSync(path));
    done();
  });
});

test('nothing to remove is fine', async () => {
  assert.deepStrictEqual(await temp.cleanup(), { files: 0, dirs: 0 });
});

test('what is gone already is no error', () => {
  const folder = temp.mkdirSync('d');
  fs.rmdirSync(folder);
  assert.deepStrictEqual(temp.cleanupSync(), { files: 0, dirs: 1 });
});
