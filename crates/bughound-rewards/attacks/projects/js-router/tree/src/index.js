'use strict';

const { compile, match } = require('./pattern');
const { Router } = require('./router');

module.exports = { Router, compile, match };
