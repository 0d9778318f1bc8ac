var assert = require('assert');
var fs = require('fs');
var os = require('os');
var path = require('path');
var mv = require('../');

describe('mv with mkdirp', function () {
  var folder;

  beforeEach(function () {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mv-'));
    fs.writeFileSync(path.join(folder, 'a'), 'content');
  });

  it('makes several folders and calls back once', function (done) {
    var called = 0;
    var to = path.join(folder, 'one', 'two', 'b');
    mv(path.join(folder, 'a'), to, { mkdirp: true }, function (err) {
      called += 1;
      assert.ifError(err);
      assert.strictEqual(fs.readFileSync(to, 'utf8'), 'content');
      setTimeout(function () {
        assert.strictEqual(called, 1);
        done();
      }, 20);
    });
  });

  it('says that a folder cannot be made', function (done) {
    mv(path.join(folder, 'a'), path.join(folder, 'a', 'b', 'c'), { mkdirp: true }, function (err) {
      assert.ok(err);
      done();
    });
  });
});
