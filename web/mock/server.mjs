// A development server that speaks the API contract with made-up data and serves the built app
// under the same content security policy as the real one. For development and tests of the UI only.
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { card, receipts } from './customers.mjs';
import { me, projects } from './data.mjs';
import { feedsOf, kinds, preview, seedImports, startJob, takeUpload, uploads } from './feeds.mjs';

const port = Number(process.env.PORT ?? 4173);
const dist = process.env.TESSERA_WEB_OUT ?? fileURLToPath(new URL('../dist', import.meta.url));
const csp = "default-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; script-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";
const types = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.woff2': 'font/woff2', '.json': 'application/json' };
projects.forEach(seedImports);

class Refusal extends Error {
  constructor(status, title, detail, errors) {
    super(title);
    Object.assign(this, { status, title, detail, errors });
  }
}
const refuse = (status, title, detail, errors) => {
  throw new Refusal(status, title, detail, errors);
};
const needReason = (body) => body?.reason?.trim() || refuse(422, 'A reason is missing', 'Every change carries a reason.', [{ field: 'reason', detail: 'is empty' }]);
const needPurpose = (q) => me.purposes.some((p) => p.purpose === q.get('purpose') && p.allowed) || refuse(422, 'A purpose is missing', 'Say for what the person is looked at, with the query purpose.', [{ field: 'purpose', detail: 'is missing or not allowed' }]);

function filtered(rows, q, searched, filters = []) {
  let list = rows;
  for (const f of filters) if (q.get(f)) list = list.filter((r) => String(r[f]) === q.get(f));
  const text = q.get('q')?.toLowerCase();
  if (text) list = list.filter((r) => searched.some((k) => String(r[k] ?? '').toLowerCase().includes(text)));
  const sort = q.get('sort');
  if (sort) {
    if (rows.length > 0 && !(sort in rows[0])) refuse(422, 'Unknown column', `There is no column “${sort}” to sort by.`, [{ field: 'sort', detail: sort }]);
    const sign = q.get('dir') === 'desc' ? -1 : 1;
    const value = (v) => (v !== null && v !== undefined && v !== '' && !Number.isNaN(Number(v)) ? Number(v) : String(v ?? ''));
    list = [...list].sort((a, b) => {
      const [x, y] = [value(a[sort]), value(b[sort])];
      return sign * (typeof x === 'number' && typeof y === 'number' ? x - y : String(x).localeCompare(String(y)));
    });
  }
  return list;
}
function table(ending, rows, q, searched, filters) {
  const list = filtered(rows, q, searched, filters);
  if (ending) {
    const keys = Object.keys(list[0] ?? {}).filter((k) => typeof list[0][k] !== 'object' || list[0][k] === null);
    const csv = [keys.join(','), ...list.map((r) => keys.map((k) => `"${String(r[k] ?? '').replaceAll('"', '""')}"`).join(','))].join('\r\n');
    return { download: csv, type: ending === 'csv' ? 'text/csv' : 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', ending };
  }
  const offset = Number(q.get('offset') ?? 0);
  const limit = Math.min(1000, Number(q.get('limit') ?? 50));
  return { rows: list.slice(offset, offset + limit), total: list.length, offset, limit };
}
const note = (project, action, subject, reason) => project.audit.push({ seq: project.audit.length + 1, at: new Date().toISOString(), author: me.name, action, subject, reason, hash: Math.random().toString(16).slice(2).padEnd(64, 'ab') });

/** [method, path below the project, handler(project, params, query, body)] */
const routes = [
  ['GET', 'home', (p) => p.home()],
  ['GET', 'feeds', (p) => feedsOf(p)],
  ['GET', 'imports', (p, _, q, __, e) => table(e, p.imports, q, ['file', 'author', 'reason'])],
  ['GET', 'quarantine', (p, _, q, __, e) => needPurpose(q) && table(e, p.quarantine, q, ['file', 'value', 'reason', 'column'], ['import_id', 'reason_code'])],
  ['GET', 'runs', (p, _, q, __, e) => table(e, p.runs, q, ['run_id', 'summary', 'stage'])],
  ['GET', 'audit', (p, _, q, __, e) => table(e, [...p.audit].reverse(), q, ['author', 'action', 'subject', 'reason'])],
  ['GET', 'audit/verify', (p) => ({ entries: p.audit.length, intact: true })],
  ['GET', 'people', (p) => ({ people: p.people })],
  ['GET', 'keys', (p) => ({ keys: p.keys })],
  ['GET', 'segments', (p) => ({ schemes: [{ scheme: 'customers', title: p.scheme.title, of: 'customers', run_id: p.scheme.run.run_id, clusters: p.scheme.clusters.length, members: p.members.length, published_at: p.scheme.run.started_at, sentence: p.scheme.choice.sentence }] })],
  ['GET', 'segments/:s', (p, [s], q) => (s !== 'customers' ? refuse(404, 'There is no such scheme', `“${s}” is not a scheme of this project.`) : q.get('as_of') && q.get('as_of') < '2000' ? refuse(404, 'No segments at that date', 'The first run was later.') : p.scheme)],
  ['GET', 'segments/:s/members', (p, _, q, __, e) => needPurpose(q) && table(e, p.members, q, ['customer_key'], ['cluster'])],
  ['GET', 'segments/:s/history', (p) => ({ entries: p.history })],
  ['GET', 'customers', (p, _, q, __, e) => needPurpose(q) && table(e, p.members.map(({ customer_key, cluster, cluster_name, recency_days, receipts: n, spend }) => ({ customer_key, cluster, cluster_name, recency_days, receipts: n, spend })), q, ['customer_key'])],
  ['GET', 'customers/:k', (p, [k], q) => needPurpose(q) && (card(p, Number(k)) ?? refuse(404, 'There is no such customer', `No customer ${k} in this project.`))],
  ['GET', 'customers/:k/receipts', (p, [k], q, __, e) => needPurpose(q) && table(e, receipts(p, Number(k)) ?? refuse(404, 'There is no such customer'), q, ['receipt_id'])],
  ['GET', 'jobs/:j', (p, [j]) => p.jobs.get(j) ?? refuse(404, 'There is no such job')],
  ['POST', 'jobs/:j/cancel', (p, [j], _, body) => {
    needReason(body);
    const job = p.jobs.get(j) ?? refuse(404, 'There is no such job');
    Object.assign(job, { state: 'cancelled', message: 'Stopped on request.' });
    return { status: 202, body: {} };
  }],
  ['POST', 'segments/:s/clusters/:c/rename', (p, [, c], _, body) => {
    needReason(body);
    const cluster = p.scheme.clusters[Number(c)] ?? refuse(404, 'There is no such segment');
    p.history.unshift({ at: new Date().toISOString(), author: me.name, action: 'rename', cluster: cluster.cluster, from: cluster.name, to: body.name, reason: body.reason });
    note(p, 'segment.renamed', `segment ${c}`, body.reason);
    Object.assign(cluster, { name: body.name, named_by: 'person' });
    return { cluster: cluster.cluster, name: cluster.name, named_by: 'person' };
  }],
  ['POST', 'uploads/:u/preview', (_, [u], __, body) => preview(uploads.get(u) ?? refuse(404, 'There is no such upload'), body)],
  ['POST', 'imports', (p, _, __, body) => {
    needReason(body);
    const upload = uploads.get(body.upload_id) ?? refuse(404, 'There is no such upload');
    const { bad, good, problems } = preview(upload, body, Infinity);
    const duplicate = Math.min(good, Math.floor(good / 50));
    const row = { import_id: `imp-${p.imports.length + 1}`, file: upload.file, kind: body.kind, preset: body.preset ?? null, state: 'done', read: good + bad, loaded: good - duplicate, duplicate, quarantined: bad, started_at: new Date().toISOString(), finished_at: new Date().toISOString(), author: me.name, reason: body.reason, message: null };
    return { status: 202, body: startJob(p, 'import', good + bad, 2.5, ['Reading rows', 'Checking rows', 'Writing tables'], () => {
      p.imports.unshift(row);
      problems.forEach((x, i) => p.quarantine.push({ quarantine_id: `${row.import_id}-${i}`, import_id: row.import_id, file: row.file, ...x, reason_code: x.value === '' ? 'required_empty' : 'number_unreadable', state: 'waiting' }));
      note(p, 'import.done', row.import_id, body.reason);
      return { import_id: row.import_id, read: row.read, loaded: row.loaded, duplicate, quarantined: bad };
    }) };
  }],
  ['POST', 'runs', (p, _, __, body) => {
    needReason(body);
    const run = { ...p.runs[0], run_id: `run-${p.id}-${String(p.runs.length + 1).padStart(4, '0')}`, stage: body.stage, seed: body.seed ?? 42, started_at: new Date().toISOString(), seconds: 3, author: me.name, status: 'done' };
    return { status: 202, body: startJob(p, 'run', 3, 3, ['Reading receipts', 'Grouping customers', 'Describing segments'], () => {
      p.runs.unshift(run);
      return { run_id: run.run_id };
    }) };
  }],
  ['POST', 'quarantine/replay', (p, _, __, body) => {
    needReason(body);
    const rows = p.quarantine.filter((q) => q.state === 'waiting' && (!body.import_id || q.import_id === body.import_id));
    return { status: 202, body: startJob(p, 'replay', rows.length, 1.5, ['Reading rows again'], () => {
      const good = body.fix?.options?.date_format ? rows.filter((r) => r.reason_code === 'date_unreadable') : rows.slice(0, 3);
      for (const r of good) r.state = 'replayed';
      return { read: rows.length, loaded: good.length, duplicate: 0, quarantined: rows.length - good.length };
    }) };
  }],
  ['POST', 'people', (p, _, __, body) => {
    needReason(body);
    if (!body.roles?.length) refuse(422, 'A role is missing', 'Give at least one role.', [{ field: 'roles', detail: 'is empty' }]);
    const person = { person_id: `p${p.people.length + 1}`, name: body.name, email: body.email, roles: body.roles, active: true };
    p.people.push(person);
    return { status: 201, body: { person_id: person.person_id, login_link: `http://127.0.0.1:${port}/login?token=made-up` } };
  }],
  ['POST', 'people/:id/link', (p, [id], _, body) => {
    needReason(body);
    const person = p.people.find((x) => x.person_id === id) ?? refuse(404, 'There is no such person');
    if (!person.active) refuse(409, 'The account is closed', 'Open it first.');
    return { status: 201, body: { person_id: id, login_link: '/login?token=made-up-again' } };
  }],
  ['PATCH', 'people/:id', (p, [id], _, body) => {
    needReason(body);
    const person = p.people.find((x) => x.person_id === id) ?? refuse(404, 'There is no such person');
    if (id === me.person_id && body.active === false) refuse(409, 'You cannot close your own account', 'Ask another administrator.');
    return Object.assign(person, body.roles ? { roles: body.roles } : {}, body.active === undefined ? {} : { active: body.active });
  }],
  ['POST', 'keys', (p, _, __, body) => {
    needReason(body);
    const key = { key_id: `k${p.keys.length + 1}`, name: body.name, prefix: 'tsr_5e1d', scopes: body.scopes, created_at: new Date().toISOString(), expires_at: body.expires_at, revoked: false };
    p.keys.unshift(key);
    return { status: 201, body: { key_id: key.key_id, secret: 'tsr_5e1d_made_up_secret_of_the_mock' } };
  }],
  ['DELETE', 'keys/:id', (p, [id], _, body) => {
    needReason(body);
    (p.keys.find((k) => k.key_id === id) ?? refuse(404, 'There is no such key')).revoked = true;
    return { status: 204 };
  }],
  ['POST', 'sql', (p, _, __, body) => {
    if (!/^\s*(select|with|show|describe)/i.test(body.query)) refuse(422, 'Only reading is allowed', 'A query starts with SELECT, WITH, SHOW or DESCRIBE.', [{ field: 'query', detail: 'does not read' }]);
    return { columns: [{ name: 'segment', type: 'Utf8' }, { name: 'customers', type: 'Int64' }, { name: 'spend', type: 'Decimal128(18, 4)' }], rows: p.scheme.clusters.map((c) => [c.name, c.customers, c.spend]).slice(0, body.limit ?? 1000), truncated: false, seconds: 0.023 };
  }],
];
function match(pattern, path) {
  const a = pattern.split('/');
  const b = path.split('/');
  if (a.length !== b.length) return undefined;
  const params = [];
  for (let i = 0; i < a.length; i++) {
    if (a[i].startsWith(':')) params.push(decodeURIComponent(b[i]));
    else if (a[i] !== b[i]) return undefined;
  }
  return params;
}

async function readBody(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}
function multipart(buffer, contentType) {
  const boundary = /boundary=(.+)$/.exec(contentType ?? '')?.[1];
  const start = buffer.indexOf('\r\n\r\n') + 4;
  const name = /filename="([^"]*)"/.exec(buffer.subarray(0, start).toString())?.[1] ?? 'file.csv';
  return { name, bytes: buffer.subarray(start, buffer.lastIndexOf(`\r\n--${boundary}`)) };
}

async function answer(request, url) {
  const path = url.pathname.replace('/api/v1/', '');
  if (!/tessera_session=mock/.test(request.headers.cookie ?? '')) refuse(401, 'Not signed in', 'Open the one-time link that the terminal printed.');
  if (request.method !== 'GET' && request.headers['x-tessera-csrf'] !== '1') refuse(403, 'The header X-Tessera-CSRF is missing');
  if (path === 'me') return me;
  if (path === 'kinds') return kinds;
  if (path === 'logout') return { status: 204, headers: { 'set-cookie': 'tessera_session=; Max-Age=0; Path=/' } };
  if (path === 'projects') return { projects: projects.map(({ id, name, title, currency, credit, licence, first_at, last_at, lines, customers }) => ({ id, name, title, currency, credit, licence, first_at, last_at, lines, customers })) };
  const [, id, below] = /^projects\/([^/]+)\/(.+)$/.exec(path) ?? refuse(404, 'There is no such address');
  const project = projects.find((p) => p.id === decodeURIComponent(id)) ?? refuse(404, 'There is no such project', `No project “${id}” is served here.`);
  const raw = request.method === 'GET' ? undefined : await readBody(request);
  if (below === 'uploads' && request.method === 'POST') {
    const { name, bytes } = multipart(raw, request.headers['content-type']);
    return bytes.length === 0 ? refuse(422, 'The file is empty', `${name} holds no byte.`) : takeUpload(name, bytes);
  }
  const body = raw?.length ? JSON.parse(raw.toString()) : {};
  const ending = request.method === 'GET' ? /\.(csv|xlsx)$/.exec(below)?.[1] : undefined;
  const bare = ending ? below.slice(0, -ending.length - 1) : below;
  for (const [method, pattern, handler] of routes) {
    const params = method === request.method ? match(pattern, bare) : undefined;
    if (params) return handler(project, params, url.searchParams, body, ending);
  }
  return refuse(404, 'There is no such address', `${request.method} ${url.pathname} is not part of the API.`);
}

createServer(async (request, response) => {
  const url = new URL(request.url, `http://${request.headers.host}`);
  response.setHeader('content-security-policy', csp);
  response.setHeader('x-content-type-options', 'nosniff');
  try {
    if (url.pathname === '/healthz' || url.pathname === '/readyz') return response.setHeader('content-type', 'application/json').end('{"status":"ok"}');
    if (url.pathname === '/login') return response.writeHead(303, { location: '/', 'set-cookie': 'tessera_session=mock; HttpOnly; SameSite=Strict; Path=/' }).end();
    if (url.pathname.startsWith('/api/')) {
      const result = await answer(request, url);
      if (result.download !== undefined) return response.writeHead(200, { 'content-type': result.type, 'content-disposition': `attachment; filename="table.${result.ending}"` }).end(result.download);
      const wrapped = typeof result.status === 'number';
      response.writeHead(wrapped ? result.status : 200, { 'content-type': 'application/json', ...(wrapped ? result.headers : {}) });
      return response.end(wrapped ? (result.body === undefined ? undefined : JSON.stringify(result.body)) : JSON.stringify(result));
    }
    const file = url.pathname.startsWith('/assets/') ? join(dist, normalize(url.pathname)) : join(dist, 'index.html');
    const bytes = await readFile(file);
    return response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' }).end(bytes);
  } catch (error) {
    if (error instanceof Refusal) {
      const { status, title, detail, errors } = error;
      return response.writeHead(status, { 'content-type': 'application/problem+json' }).end(JSON.stringify({ type: 'about:blank', title, status, detail, instance: url.pathname, errors }));
    }
    if (error.code === 'ENOENT') return response.writeHead(404).end('not found');
    return response.writeHead(500, { 'content-type': 'application/problem+json' }).end(JSON.stringify({ type: 'about:blank', title: 'The mock failed', status: 500, detail: String(error) }));
  }
}).listen(port, '127.0.0.1', () => console.log(`open http://127.0.0.1:${port}/login?token=mock`));
