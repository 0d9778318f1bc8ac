'use strict';
var fs = require('fs');
var os = require('os');
var path = require('path');
var test = require('tape');
var copyfiles = require('../');

function folder() {
  var made = fs.mkdtempSync(path.join(os.tmpdir(), 'copyfiles-'));
  ['a.txt', 'b.js', '.c.txt', 'sub/d.txt', 'sub/e.txt'].forEach(function (name) {
    fs.mkdirSync(path.dirname(path.join(made, 'in', name)), { recursive: true });
    fs.writeFileSync(path.join(made, 'in', name), name);
  });
  return made;
}

function copied(args, config, made, t, expected) {
  copyfiles(args, config, function (err) {
    t.error(err);
    var found = fs.readdirSync(path.join(made, 'out'));
    t.deepEqual(found.sort(), expected);
    t.end();
  });
}

test('flat', function (t) {
  var made = folder();
  copied([made + '/in/**/*.txt', made + '/out'], { up: true }, made, t, ['a.txt', 'd.txt', 'e.txt']);
});

test('all but some', function (t) {
  var made = folder();
  var config = { up: true, all: true, exclude: [made + '/in/sub/d.txt'] };
  copied([made + '/in/**/*.txt', made + '/out'], config, made, t, ['.c.txt', 'a.txt', 'e.txt']);
});

test('several patterns', function (t) {
  var made = folder();
  copied([made + '/in/*.js', made + '/in/sub/*', made + '/out'], { up: true }, made, t, ['b.js', 'd.txt', 'e.txt']);
});
