// Made-up feeds, imports and quarantine; uploads and long jobs that count up in real time.
import { randomUUID } from 'node:crypto';

const field = (f, label, type, required, example, description = '') => ({ field: f, label, type, required, description: description || `${label} of the row.`, example });
export const kinds = {
  kinds: [
    { kind: 'orders', label: 'Receipts and orders', description: 'One row per receipt line: what was bought, when, by whom, for how much.', sample_file: 'orders.csv', fields: [field('receipt_id', 'Receipt number', 'text', true, '536365', 'Names the receipt; lines with the same number belong together.'), field('product_id', 'Product', 'text', true, '85123A'), field('quantity', 'Quantity', 'number', true, '6', 'Below zero for a return.'), field('unit_price', 'Unit price', 'money', true, '2.55'), field('happened_at', 'Time', 'time', true, '2010-12-01 08:26'), field('currency', 'Currency', 'currency', true, 'GBP'), field('customer_id', 'Customer', 'identifier', false, '17850', 'Becomes a meaningless key at import.'), field('description', 'Description', 'text', false, 'WHITE METAL LANTERN'), field('country', 'Country', 'text', false, 'United Kingdom'), field('store', 'Store', 'text', false, 'S012')] },
    { kind: 'products', label: 'Product catalogue', description: 'One row per product.', sample_file: 'products.csv', fields: [field('product_id', 'Product', 'text', true, '85123A'), field('name', 'Name', 'text', true, 'Metal lantern'), field('category', 'Category', 'text', false, 'Home > Light')] },
    { kind: 'customers', label: 'Customers', description: 'One row per customer; names and addresses stay in the registry, encrypted.', sample_file: 'customers.csv', fields: [field('customer_id', 'Customer', 'identifier', true, '17850'), field('email', 'E-mail', 'email', false, 'a@shop.example'), field('country', 'Country', 'text', false, 'France')] },
  ],
  presets: [
    { name: 'online-retail', label: 'Online Retail (UCI)', kind: 'orders', description: 'InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice, CustomerID, Country' },
    { name: 'shopify-orders', label: 'Shopify orders export', kind: 'orders', description: 'Name, Created at, Lineitem sku, Lineitem quantity, Lineitem price' },
    { name: 'google-product-feed', label: 'Google product feed', kind: 'products', description: 'id, title, product_type, price' },
  ],
};

const how = 'Counted over all loaded rows of this feed.';
export function feedsOf(project) {
  const lines = project.lines;
  const quarantined = project.quarantine.filter((q) => q.state === 'waiting').length;
  const duplicate = Math.round(lines * 0.0097);
  return { feeds: [
    { kind: 'orders', label: 'Receipts and orders', state: 'loaded', rows_read: lines + duplicate + quarantined, loaded: lines, duplicate, quarantined, imports: 3, last_import_at: '2026-05-02T06:10:00Z', first_happened_at: project.first_at, last_happened_at: project.last_at, days_since_last: 3,
      completeness: [['receipt_id', 'Receipt number', 1, true], ['product_id', 'Product', 1, true], ['quantity', 'Quantity', 1, true], ['unit_price', 'Unit price', 0.9998, true], ['happened_at', 'Time', 1, true], ['customer_id', 'Customer', 0.7514, false], ['description', 'Description', 0.9973, false], ['country', 'Country', 1, false]].map(([column, label, share, required]) => ({ column, label, share, required })),
      findings: [{ severity: 'warning', text: 'A quarter of the lines has no customer. They count in sales, not in segments.', count: Math.round(lines * 0.2486), how_computed: how }, { severity: 'info', text: 'Lines that are no product (postage, fees) were recognised as services.', count: 2913, how_computed: how }, { severity: 'serious', text: 'Unit prices below zero: corrections of bad debt.', count: 2, how_computed: how }],
      gate: { passed: true, sentence: 'Good enough for segments: every required column is at least 99% complete.', thresholds: [{ name: 'rows_min', label: 'rows loaded', unit: 'rows', limit: 1000, actual: lines, passed: true }, { name: 'completeness_min', label: 'required columns complete', unit: 'share', limit: 0.99, actual: 0.9998, passed: true }, { name: 'quarantined_share_max', label: 'rows held back', unit: 'share', limit: 0.02, actual: 0.0003, passed: true }, { name: 'customer_share_min', label: 'lines with a customer', unit: 'share', limit: 0.5, actual: 0.7514, passed: true }, { name: 'lateness_days_max', label: 'lateness', unit: 'days', limit: 7, actual: 2, passed: true }] } },
    { kind: 'products', label: 'Product catalogue', state: 'loaded', rows_read: 4070, loaded: 4012, duplicate: 58, quarantined: 0, imports: 1, last_import_at: '2026-05-01T09:00:00Z', completeness: [['product_id', 'Product', 1, true], ['name', 'Name', 0.94, true], ['category', 'Category', 0.31, false]].map(([column, label, share, required]) => ({ column, label, share, required })), findings: [{ severity: 'warning', text: 'Two products in three have no category.', count: 2768, how_computed: how }], gate: { passed: false, sentence: 'Not enough for ranges: names are 94% complete, 98% are needed.', thresholds: [{ name: 'completeness_min', label: 'required columns complete', unit: 'share', limit: 0.98, actual: 0.94, passed: false }] } },
    ...[['customers', 'Customers'], ['stores', 'Stores'], ['inventory', 'Stock'], ['events', 'Web and app events']].map(([kind, label]) => ({ kind, label, state: 'empty', rows_read: 0, loaded: 0, duplicate: 0, quarantined: 0, imports: 0, completeness: [], findings: [], gate: { passed: true, sentence: 'Nothing loaded yet.', thresholds: [] } })),
  ] };
}

const bad = [['happened_at', '31/31/2011', 'not a date in the format of the file', 'date_unreadable'], ['quantity', 'six', 'not a number', 'number_unreadable'], ['unit_price', '', 'is empty but required', 'required_empty'], ['product_id', '', 'is empty but required', 'required_empty']];
export function seedImports(project) {
  project.imports = [
    { import_id: 'imp-3', file: 'orders-2011-h2.csv', kind: 'orders', preset: 'online-retail', state: 'done', read: 258210, loaded: 255402, duplicate: 2700, quarantined: 108, started_at: '2026-05-02T06:10:00Z', finished_at: '2026-05-02T06:10:09Z', author: 'Mo Demo', reason: 'Second half of the year', message: null },
    { import_id: 'imp-2', file: 'products.xlsx', kind: 'products', preset: null, state: 'done', read: 4070, loaded: 4012, duplicate: 58, quarantined: 0, started_at: '2026-05-01T09:00:00Z', finished_at: '2026-05-01T09:00:02Z', author: 'Pat Planner', reason: 'Catalogue', message: null },
    { import_id: 'imp-1', file: 'orders-2011-h1.csv.gz', kind: 'orders', preset: 'online-retail', state: 'stopped', read: 120000, loaded: 119220, duplicate: 751, quarantined: 29, started_at: '2026-05-01T08:00:00Z', finished_at: '2026-05-01T08:00:05Z', author: 'Mo Demo', reason: 'First half of the year', message: 'stopped as asked' },
    { import_id: 'imp-0', file: 'orders-2010.csv.gz', kind: 'orders', preset: 'online-retail', state: 'failed', read: 42000, loaded: 42000, duplicate: 0, quarantined: 0, started_at: '2026-05-01T07:40:00Z', finished_at: '2026-05-01T07:40:02Z', author: 'Mo Demo', reason: 'The year before', message: 'the file ends within a packed part; the rows before it are loaded' },
  ];
  project.quarantine = Array.from({ length: 137 }, (_, i) => {
    const [column, value, reason, reason_code] = bad[(i * 7) % 9 < 6 ? 0 : 1 + (i % 3)];
    const first = i < 108;
    return { quarantine_id: `q${i + 1}`, import_id: first ? 'imp-3' : 'imp-1', file: first ? 'orders-2011-h2.csv' : 'orders-2011-h1.csv.gz', row: 211 + i * 173, column, value, reason, reason_code, state: 'waiting' };
  });
}

const guess = { invoiceno: 'receipt_id', receipt_id: 'receipt_id', stockcode: 'product_id', product_id: 'product_id', quantity: 'quantity', unitprice: 'unit_price', unit_price: 'unit_price', invoicedate: 'happened_at', happened_at: 'happened_at', customerid: 'customer_id', customer_id: 'customer_id', description: 'description', country: 'country' };
export const uploads = new Map();
export function takeUpload(name, bytes) {
  const text = bytes.toString('utf8');
  const lines = text.split(/\r?\n/).filter(Boolean);
  const delimiter = (lines[0]?.split(';').length ?? 0) > (lines[0]?.split(',').length ?? 0) ? ';' : ',';
  const head = lines[0]?.split(delimiter) ?? [];
  const rows = lines.slice(1).map((l) => l.split(delimiter));
  const columns = head.map((h, i) => ({ name: h.trim(), samples: rows.slice(0, 3).map((r) => r[i] ?? ''), guessed_type: rows.every((r) => /^-?[\d.]+$/.test(r[i] ?? '')) ? 'number' : 'text', guessed_field: guess[h.trim().toLowerCase()] ?? null }));
  const upload = { upload_id: randomUUID(), file: name, bytes: bytes.length, format: 'csv', encoding: 'UTF-8', delimiter, decimal: '.', header: true, columns, guessed_kind: 'orders', guessed_preset: head.includes('InvoiceNo') ? 'online-retail' : null, choices: [{ what: 'delimiter', chosen: delimiter, why: 'every line has the same number of fields with it' }, { what: 'encoding', chosen: 'UTF-8', why: 'all bytes are valid UTF-8' }, { what: 'header', chosen: 'first line', why: 'its fields are names, the lines below hold numbers' }, { what: 'decimal', chosen: 'point', why: 'numbers hold a point before their last digits' }] };
  uploads.set(upload.upload_id, { ...upload, rows });
  return upload;
}
/** The check reads no more than the first rows, as the server does; an import reads all. */
export function preview(upload, body, most = 1000) {
  const preset = body.preset ? Object.fromEntries(upload.columns.filter((c) => c.guessed_field).map((c) => [c.guessed_field, c.name])) : {};
  const mapping = { ...preset, ...body.mapping };
  const at = Object.fromEntries(Object.entries(mapping).map(([f, c]) => [f, upload.columns.findIndex((x) => x.name === c)]));
  const problems = [];
  const rows = upload.rows.slice(0, most).map((r, i) => {
    const row = Object.fromEntries(Object.entries(at).map(([f, j]) => [f, r[j] ?? null]));
    if ('quantity' in row && !/^-?[\d.]+$/.test(row.quantity ?? '')) problems.push({ row: i + 2, column: mapping.quantity, value: row.quantity ?? '', reason: 'not a number' });
    else if (row.receipt_id === '') problems.push({ row: i + 2, column: mapping.receipt_id, value: '', reason: 'is empty but required' });
    return row;
  });
  return { rows: rows.slice(0, 20), problems: problems.slice(0, 50), good: rows.length - problems.length, bad: problems.length };
}

/** A job that counts up to total and then calls finish for its result. */
export function startJob(project, kind, total, seconds, words, finish) {
  const job = { job_id: randomUUID(), kind, state: 'running', done: 0, total, message: words[0] };
  project.jobs.set(job.job_id, job);
  const started = Date.now();
  const timer = setInterval(() => {
    const share = Math.min(1, (Date.now() - started) / 1000 / seconds);
    job.done = Math.round(total * share);
    job.message = words[Math.min(words.length - 1, Math.floor(share * words.length))];
    if (job.state === 'cancelled' || share >= 1) {
      clearInterval(timer);
      if (job.state !== 'cancelled') {
        job.state = 'done';
        job.result = finish();
      }
    }
  }, 120);
  return { job_id: job.job_id };
}
