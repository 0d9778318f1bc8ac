// Calls functions and writes what they return as plain data, a line of JSON each, to file descriptor 3. Only the inputs are
// here: what is right is known elsewhere.
import { readFileSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const stringify = JSON.stringify;
const write = writeSync;

function plain(value) {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') {
    if (Number.isInteger(value) && !Object.is(value, -0)) return value;
    return Number.isFinite(value) && !Object.is(value, -0) ? value : { number: Object.is(value, -0) ? '-0' : `${value}` };
  }
  if (value === undefined) return { type: 'undefined' };
  if (typeof value === 'bigint') return { bigint: `${value}` };
  if (Array.isArray(value)) return Array.from(value, plain);
  if (value instanceof Map) return { map: [...value].map(([key, item]) => [plain(key), plain(item)]) };
  if (value instanceof Set) return { set: [...value].map(plain) };
  if (value instanceof Date) return { date: value.toISOString() };
  if (typeof value === 'object') {
    const prototype = Object.getPrototypeOf(value);
    const copy = {};
    for (const key of Object.keys(value)) copy[key] = plain(value[key]);
    return prototype === Object.prototype || prototype === null ? copy : { type: prototype.constructor?.name ?? '', fields: copy };
  }
  return { type: typeof value };
}

const cases = JSON.parse(readFileSync(0, 'utf8'));
for (const { call, args } of cases) {
  let line;
  try {
    const at = call.lastIndexOf(':');
    const module = await import(pathToFileURL(resolve(call.slice(0, at))).href);
    const name = call.slice(at + 1);
    const found = module[name] ?? module.default?.[name];
    line = stringify(plain(await found(...args)));
  } catch (error) {
    line = `raises ${error?.constructor?.name ?? typeof error}`;
  }
  write(3, `${line}\n`);
}
