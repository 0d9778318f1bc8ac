var test = require('tape')
var tar = require('../index')
var fs = require('fs')
var os = require('os')
var path = require('path')

test('folders within folders are made', function (t) {
  t.plan(1)
  var from = fs.mkdtempSync(path.join(os.tmpdir(), 'tar-'))
  var to = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'tar-')), 'x', 'y')
  fs.mkdirSync(path.join(from, 'one', 'two'), { recursive: true })
  fs.writeFileSync(path.join(from, 'one', 'two', 'file'), 'content')
  tar.pack(from).pipe(tar.extract(to)).on('finish', function () {
    t.equal(fs.readFileSync(path.join(to, 'one', 'two', 'file'), 'utf8'), 'content')
  })
})

test('what cannot be made is an error', function (t) {
  t.plan(1)
  var from = fs.mkdtempSync(path.join(os.tmpdir(), 'tar-'))
  fs.writeFileSync(path.join(from, 'file'), 'content')
  tar.pack(from).pipe(tar.extract(path.join(from, 'file', 'x'))).on('error', function (err) {
    t.ok(err)
  })
})
