'use strict';

const { compile, match } = require('./pattern');

class Router {
  #routes = [];

  on(method, pattern, handler) {
    this.#routes.push({ method: method.toUpperCase(), parts: compile(pattern), handler });
    return this;
  }

  find(method, path) {
    for (const route of this.#routes) {
      if (route.method !== method.toUpperCase()) continue;
      const parameters = match(route.parts, path);
      if (parameters) return { handler: route.handler, parameters };
    }
    return null;
  }
}

module.exports = { Router };
