// Reports what each test of `node --test` did: a line of JSON for each, to the reporter's destination.
const NONCE = '@NONCE@';

export default async function* report(source) {
  let n = 0;
  const record = (fields) => JSON.stringify({ nonce: NONCE, n: n++, ...fields }) + '\n';
  yield record({ what: 'begin' });
  const path = [];
  for await (const { type, data } of source) {
    if (type === 'test:start') {
      path.length = data.nesting;
      path.push(data.name);
    } else if (type === 'test:pass' || type === 'test:fail') {
      path.length = data.nesting;
      path.push(data.name);
      const given = (mark) => mark !== undefined && mark !== false;
      yield record({
        what: 'test',
        file: data.file ?? '',
        path: [...path],
        passed: type === 'test:pass',
        skip: given(data.skip),
        todo: given(data.todo),
        suite: data.details?.type === 'suite',
        cause: data.details?.error?.failureType ?? '',
      });
    }
  }
  yield record({ what: 'end' });
}
