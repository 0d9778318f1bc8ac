'use strict';
// Makes node_modules what the project's package.json asks for, out of the versions that were fetched, without a
// network. Lies in deps/ beside node_modules/, where every version that is at hand is installed under an alias of its
// own; at-hand.json says which. A project's dependency is a link to one of them, so another version is another link,
// and what packages depend on themselves is never touched.
//
//   node npm_place.cjs executable            makes the programs of all packages executable
//   node npm_place.cjs sync                  links what package.json asks for
//   node npm_place.cjs version NAME          prints the version that is in place
//   node npm_place.cjs upgrade NAME [VERSION]
//   node npm_place.cjs remove NAME

const fs = require('node:fs');
const path = require('node:path');

const DEPS = __dirname;
const ROOT = path.dirname(DEPS);
const MANIFEST = path.join(ROOT, 'repo', 'package.json');
const MODULES = path.join(ROOT, 'node_modules');
const SECTIONS = ['dependencies', 'optionalDependencies', 'devDependencies', 'peerDependencies'];
const NPM = ['/toolchain/node_modules/npm', '/usr/lib/node_modules/npm', '/usr/share/nodejs/npm'];

const semver = require(require.resolve('semver', { paths: NPM }));
// name -> [{ version, folder }], what is pinned first
const atHand = JSON.parse(fs.readFileSync(path.join(DEPS, 'at-hand.json'), 'utf8'));

function fail(text) {
  console.error(`error: ${text}`);
  process.exit(1);
}

function versions(name) {
  return Object.hasOwn(atHand, name) ? atHand[name] : [];
}

function listed(name) {
  return versions(name).map((one) => one.version).join(', ') || 'none';
}

function manifest() {
  let text;
  try {
    text = fs.readFileSync(MANIFEST, 'utf8');
  } catch (error) {
    fail(`package.json cannot be read: ${error.code}`);
  }
  try {
    return { text, data: JSON.parse(text) };
  } catch (error) {
    return fail(`package.json is not JSON: ${error.message}`);
  }
}

// The version of `name` that `wanted` asks for: the pinned one where it will do, else the newest that does.
function choose(name, wanted) {
  let range = wanted;
  let real = name;
  if (range.startsWith('npm:')) {
    const at = range.lastIndexOf('@');
    real = range.slice(4, at > 4 ? at : undefined);
    range = at > 4 ? range.slice(at + 1) : '*';
  }
  if (semver.validRange(range) === null) range = range === 'latest' ? '*' : range;
  const fitting = versions(real).filter((one) => semver.satisfies(one.version, range, { includePrerelease: true }));
  if (fitting.length === 0) return { real, folder: null };
  const pinned = versions(real)[0];
  if (fitting.includes(pinned)) return { real, ...pinned };
  return { real, ...fitting.sort((a, b) => semver.rcompare(a.version, b.version))[0] };
}

function programs(name, data) {
  if (typeof data.bin === 'string') return [[name.split('/').pop(), data.bin]];
  return Object.entries(data.bin ?? {});
}

function readJson(file) {
  return JSON.parse(fs.readFileSync(file, 'utf8'));
}

function sync() {
  const { data } = manifest();
  fs.rmSync(MODULES, { recursive: true, force: true });
  fs.mkdirSync(path.join(MODULES, '.bin'), { recursive: true });
  const seen = new Set();
  for (const section of SECTIONS) {
    for (const [name, wanted] of Object.entries(data[section] ?? {})) {
      if (seen.has(name)) continue;
      seen.add(name);
      const chosen = choose(name, String(wanted));
      if (chosen.folder === null) {
        const needed = section === 'dependencies' || (section === 'devDependencies' && versions(chosen.real).length > 0);
        // Linters and the like, which the tests do not need, were never fetched.
        if (!needed) continue;
        fail(`package.json (${section}) asks for ${name}@${wanted}, and no version at hand will do: ${listed(chosen.real)}`);
      }
      const link = path.join(MODULES, name);
      fs.mkdirSync(path.dirname(link), { recursive: true });
      const folder = path.join(DEPS, 'node_modules', chosen.folder);
      fs.symlinkSync(path.relative(path.dirname(link), folder), link);
      for (const [program, file] of programs(name, readJson(path.join(folder, 'package.json')))) {
        const target = path.join(MODULES, '.bin', program);
        if (!fs.existsSync(target)) fs.symlinkSync(path.relative(path.dirname(target), path.join(link, file)), target);
      }
    }
  }
}

function write(text, data) {
  const indent = /^\{\r?\n([ \t]+)/.exec(text)?.[1] ?? '  ';
  fs.writeFileSync(MANIFEST, JSON.stringify(data, null, indent) + (text.endsWith('\n') ? '\n' : ''));
}

function sectionsOf(data, name) {
  const found = SECTIONS.filter((section) => Object.hasOwn(data[section] ?? {}, name));
  if (found.length === 0) {
    const all = SECTIONS.flatMap((section) => Object.keys(data[section] ?? {}));
    fail(`package.json does not depend on ${name}; it depends on: ${[...new Set(all)].join(', ') || 'nothing'}`);
  }
  return found;
}

function upgrade(name, version) {
  const { text, data } = manifest();
  const found = sectionsOf(data, name);
  const newest = versions(name).map((one) => one.version).sort(semver.rcompare)[0];
  const wanted = version ?? newest;
  if (wanted === undefined || !versions(name).some((one) => semver.satisfies(one.version, wanted))) {
    fail(`no version of ${name} that is at hand is ${wanted ?? 'newer'}: ${listed(name)}`);
  }
  for (const section of found) data[section][name] = semver.valid(wanted) ? `^${wanted}` : wanted;
  write(text, data);
  sync();
}

function remove(name) {
  const { text, data } = manifest();
  for (const section of sectionsOf(data, name)) {
    delete data[section][name];
    if (Object.keys(data[section]).length === 0) delete data[section];
  }
  write(text, data);
  sync();
}

const [action, name, version] = process.argv.slice(2);
if (action === 'sync') {
  sync();
} else if (action === 'executable') {
  for (const { folder } of Object.values(atHand).flat()) {
    const home = path.join(DEPS, 'node_modules', folder);
    for (const [, file] of programs(folder, readJson(path.join(home, 'package.json')))) {
      if (fs.existsSync(path.join(home, file))) fs.chmodSync(path.join(home, file), 0o755);
    }
  }
} else if (action === 'version') {
  const file = path.join(MODULES, name, 'package.json');
  if (!fs.existsSync(file)) fail(`${name} is not in place`);
  console.log(readJson(file).version);
} else if (action === 'upgrade') {
  upgrade(name, version);
} else if (action === 'remove') {
  remove(name);
} else {
  fail(`unknown action ${action}`);
}
