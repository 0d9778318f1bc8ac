'use strict';

function text(env, name) {
  const value = env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
}

function read(env) {
  const port = Number(text(env, 'APP_PORT'));
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw new RangeError(`APP_PORT is no port: ${env.APP_PORT}`);
  }
  return { host: text(env, 'APP_HOST'), port, region: text(env, 'APP_REGION') };
}

function address(env = process.env) {
  const { host, port, region } = read(env);
  return `http://${host}:${port}/${region}`;
}

function connect(env = process.env) {
  return { address: address(env), token: text(env, 'APP_TOKEN') };
}

module.exports = { read, address, connect };
