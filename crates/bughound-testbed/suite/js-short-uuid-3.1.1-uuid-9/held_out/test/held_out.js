var assert = require('assert');
var short = require('../index');

describe('ids', function () {
  it('differ and survive there and back', function () {
    var translator = short();
    var seen = new Set();
    for (var i = 0; i < 500; i += 1) {
      var id = translator.new();
      seen.add(id);
      assert.strictEqual(translator.fromUUID(translator.toUUID(id)), id);
    }
    assert.strictEqual(seen.size, 500);
  });

  it('are of version 4', function () {
    assert.match(short.uuid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});
