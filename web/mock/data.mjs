// Made-up projects for the development server: customers, segments, feeds, people. Everything here is invented.
import { money, seeded } from './random.mjs';

const DAY = 86_400_000;
const features = [
  ['recency_days', 'Days since last receipt', 'days', 'Days between the last receipt and the date of the run.'],
  ['receipts', 'Receipts', null, 'Number of receipts with at least one sale, up to the date of the run.'],
  ['spend', 'Spend', 'GBP', 'Sum of the amounts of sale lines, returns not taken off.'],
  ['basket', 'Basket', 'GBP', 'Spend divided by receipts.'],
  ['lines_per_receipt', 'Lines per receipt', null, 'Receipt lines divided by receipts.'],
  ['return_share', 'Returned share', 'share', 'Amount of return lines divided by spend, at most 1.'],
  ['night_share', 'Evening share', 'share', 'Receipts after 17:00 divided by all receipts.'],
  ['gap_days', 'Days between receipts', 'days', 'Median number of days between two receipts in a row.'],
  ['breadth', 'Breadth of range', null, 'Different products bought.'],
  ['price_level', 'Price level', null, 'Mean unit price against the mean of the same product group, total = 100.'],
];

const kinds = {
  'gift-wholesaler': [
    ['Regular trade buyers', 812, [18, 11, 4100, 380, 24, 0.02, 0.06, 28, 140, 98], 'They order every month, small lines, wide range.'],
    ['Big seasonal orders', 388, [41, 5, 6900, 1420, 31, 0.03, 0.04, 64, 118, 92], 'Few receipts, the largest baskets, mostly before Christmas.'],
    ['One-time buyers', 1346, [182, 1, 290, 290, 15, 0.01, 0.12, 0, 14, 104], 'One receipt, none since.'],
    ['Small but often', 904, [26, 7, 980, 140, 11, 0.02, 0.31, 36, 48, 111], 'Short baskets, often in the evening.'],
    ['Lapsed regulars', 702, [154, 6, 1650, 275, 20, 0.02, 0.07, 40, 78, 101], 'Used to order every six weeks, silent for five months.'],
    ['High returns', 186, [70, 4, 1240, 310, 18, 0.34, 0.09, 58, 52, 118], 'A third of what they buy comes back.'],
  ],
  'sample-chain': [
    ['Weekly family shop', 5200, [5, 48, 3900, 81, 34, 0.01, 0.3, 7, 310, 96], 'Once a week, a full trolley.'],
    ['City top-up', 7400, [3, 92, 1500, 16, 6, 0, 0.62, 3, 150, 108], 'Small baskets, nearly every second day.'],
    ['Online bulk', 2100, [19, 14, 2300, 164, 42, 0.04, 0.55, 24, 190, 93], 'Large deliveries every three weeks.'],
    ['Bargain hunters', 3900, [12, 22, 640, 29, 12, 0.02, 0.2, 15, 110, 71], 'Come for promotions and little else.'],
    ['Fading', 1800, [96, 9, 420, 47, 16, 0.02, 0.25, 31, 80, 101], 'Were regular until last quarter.'],
  ],
};

function buildCustomers(name) {
  const r = seeded(name.length * 7919);
  const customers = [];
  let key = name === 'sample-chain' ? 100001 : 12346;
  kinds[name].forEach(([, n, mean], cluster) => {
    for (let i = 0; i < n; i++) {
      const f = mean.map((m, j) => {
        if (j === 5 || j === 6) return Math.min(0.95, Math.max(0, m + r.normal() * 0.04));
        if (j === 1) return Math.max(1, Math.round(m * Math.exp(r.normal() * (m === 1 ? 0 : 0.25))));
        return Math.max(0, m * Math.exp(r.normal() * 0.3));
      });
      f[2] = f[3] * f[1];
      customers.push({ key: (key += 1 + r.int(2)), cluster, f, margin: Math.min(0.98, Math.abs(0.35 + r.normal() * 0.2)), u: r.normal(), v: r.normal() });
    }
  });
  return customers;
}

const mean = (list, j) => list.reduce((sum, c) => sum + c.f[j], 0) / (list.length || 1);

function buildScheme(name, currency, customers) {
  const total = features.map((_, j) => mean(customers, j));
  const sd = features.map((_, j) => Math.sqrt(customers.reduce((s, c) => s + (c.f[j] - total[j]) ** 2, 0) / customers.length) || 1);
  const allSpend = customers.reduce((s, c) => s + c.f[2], 0);
  const angle = (c) => (c / kinds[name].length) * 2 * Math.PI + 0.4;
  const clusters = kinds[name].map(([label, , , sentence], cluster) => {
    const own = customers.filter((c) => c.cluster === cluster);
    const spend = own.reduce((s, c) => s + c.f[2], 0);
    const profile = features.map(([key], j) => {
      const value = mean(own, j);
      const effect = (value - total[j]) / sd[j];
      return { feature: key, value, total: total[j], index: (value / total[j]) * 100, effect, significant: Math.abs(effect) > 0.18 };
    });
    const facts = [...profile].sort((a, b) => Math.abs(b.effect) - Math.abs(a.effect)).slice(0, 4).map((p) => {
      const f = features.find(([key]) => key === p.feature);
      return { feature: p.feature, label: f[1], value: p.value, total: p.total, index: p.index, text: `${f[1]} ${p.index >= 100 ? 'above' : 'below'} the mean of all customers.` };
    });
    return { cluster, name: label, named_by: 'machine', customers: own.length, share_customers: own.length / customers.length, spend: money(spend), share_spend: spend / allSpend, silhouette: 0.24 + ((cluster * 37) % 30) / 100, sentence, facts, profile };
  });
  const step = Math.max(1, Math.ceil(customers.length / 4000));
  const place = (c) => ({ x: Math.cos(angle(c.cluster)) * 2.4 + c.u * 0.62, y: Math.sin(angle(c.cluster)) * 1.7 + c.v * 0.5 + c.u * 0.12 });
  const k = clusters.length;
  return {
    scheme: 'customers', title: 'Customer segments', currency,
    run: { run_id: `run-${name}-0003`, seed: 42, version: '0.1.0-mock', started_at: '2026-05-04T06:12:00Z', as_of: name === 'sample-chain' ? '2026-05-03T23:59:59Z' : '2011-12-09T23:59:59Z', inputs: [{ table: 'receipt_lines', version: 7 }, { table: 'customers', version: 2 }] },
    choice: { clusters: k, sentence: `With ${k} segments, customers lie clearly in one segment (silhouette 0.41) and drawing the customers again gives nearly the same segments (stability 0.94). Fewer would mix customers who lapsed with those who buy once; with more, the agreement between draws falls below 0.8.`,
      scores: [2, 3, 4, 5, 6, 7, 8, 9, 10].map((n) => ({ clusters: n, silhouette: 0.41 - Math.abs(n - k) * 0.025 - (n > k ? 0.02 : 0), stability: Math.max(0.4, 0.94 - (n > k ? (n - k) * 0.11 : (k - n) * 0.015)), inertia: 52000 / n ** 0.7 })) },
    silhouette: 0.41,
    features: features.map(([key, label, unit, text]) => ({ key, label, unit: unit === 'GBP' ? currency : unit, description: 'Winsorised at the 1st and 99th percentile, then scaled.', how_computed: text })),
    clusters,
    map: { x_label: 'more spend, more receipts', y_label: 'more recent, shorter gaps', explained: [0.38, 0.21], points: customers.filter((_, i) => i % step === 0).map((c) => ({ ...place(c), cluster: c.cluster })), centers: clusters.map((c) => ({ cluster: c.cluster, ...place({ cluster: c.cluster, u: 0, v: 0 }) })) },
    small_cells: { threshold: 10, hidden: 1 },
  };
}

function memberRows(name, customers, scheme) {
  const k = scheme.clusters.length;
  const end = Date.parse(scheme.run.as_of);
  return customers.map((c) => {
    const second = (c.cluster + 1 + (c.key % (k - 1))) % k;
    return { customer_key: c.key, cluster: c.cluster, get cluster_name() { return scheme.clusters[c.cluster].name; }, second_cluster: second, get second_name() { return scheme.clusters[second].name; }, margin: c.margin, silhouette: c.margin * 0.8 - 0.05, recency_days: Math.round(c.f[0]), receipts: c.f[1], spend: money(c.f[2]), basket: money(c.f[3]), return_share: c.f[5], last_at: new Date(end - Math.round(c.f[0]) * DAY).toISOString() };
  });
}

function buildHome(project, scheme, customers) {
  const spend = customers.reduce((s, c) => s + c.f[2], 0);
  const top = [...scheme.clusters].sort((a, b) => b.share_spend / b.share_customers - a.share_spend / a.share_customers)[0];
  const r = seeded(5);
  const start = project.id === 'sample-chain' ? [2025, 4] : [2010, 12];
  return () => ({
    title: project.title,
    currency: project.currency,
    sentence: `${customers.length.toLocaleString('en-GB')} customers fall into ${scheme.clusters.length} segments. “${top.name}” are ${Math.round(top.share_customers * 100)}% of the customers and bring ${Math.round(top.share_spend * 100)}% of the sales; the largest worth now lies in winning back those who stopped.`,
    figures: [
      { key: 'spend', label: 'Sales', value: money(spend), unit: project.currency, how_computed: 'Sum of all sale lines with a customer, returns not taken off, services not counted.', link: '/segments' },
      { key: 'customers', label: 'Customers', value: String(customers.length), how_computed: 'Distinct customer keys with at least one receipt.', link: '/customers' },
      { key: 'receipts', label: 'Receipts', value: String(customers.reduce((s, c) => s + c.f[1], 0)), how_computed: 'Distinct receipts of type sale.' },
      { key: 'basket', label: 'Mean basket', value: money(spend / customers.reduce((s, c) => s + c.f[1], 0)), unit: project.currency, how_computed: 'Sales divided by receipts.' },
      { key: 'returned', label: 'Returned', value: '0.0231', unit: 'share', how_computed: 'Amount of return lines divided by amount of sale lines.' },
      { key: 'anonymous', label: 'Without customer', value: '0.2486', unit: 'share', how_computed: 'Receipt lines without a customer key divided by all loaded lines.', link: '/data' },
      { key: 'last', label: 'Last receipt', value: project.last_at, unit: 'date', how_computed: 'Latest time of any loaded receipt.' },
    ],
    chapters: [
      { title: 'Can I trust the data?', text: 'Every row read is loaded, a duplicate, or in quarantine with its reason.', link: '/data' },
      { title: 'Who are my customers?', text: `${scheme.clusters.length} segments, why so many, and what sets each apart.`, link: '/segments' },
      { title: 'One customer, in full', text: 'A card with receipts, matched returns, and why this segment.', link: '/customers' },
      { title: 'What has been done here?', text: 'Runs with their seeds, and an audit log that can be verified.', link: '/settings/runs' },
    ],
    next_steps: [
      { title: 'Win back lapsed regulars', text: 'Customers who ordered every six weeks have been silent for five months.', link: '/segments?cluster=4', worth: money(182000) },
      { title: 'Look at 137 rows in quarantine', text: 'Most have a date in another format; one replay can load them.', link: '/data#quarantine', worth: money(4120) },
      { title: 'Name your segments', text: 'All names are the machine’s. A name that people give stays with the segment that keeps most of its members.', link: '/segments' },
      { title: 'Load a product catalogue', text: 'Without it, products are known by their description only.', link: '/upload' },
    ],
    segments: scheme.clusters.map(({ cluster, name, customers: n, share_customers, share_spend }) => ({ cluster, name, customers: n, share_customers, share_spend })),
    sales_by_month: Array.from({ length: 13 }, (_, i) => {
      const month = new Date(Date.UTC(start[0], start[1] - 1 + i, 1)).toISOString().slice(0, 7);
      const season = 1 + 0.7 * Math.exp(-(((i - 11) / 1.6) ** 2)) + r.next() * 0.16;
      return { month, amount: money((spend / 16) * season), receipts: Math.round(1350 * season), customers: Math.round(830 * season) };
    }),
    last_runs: project.runs.slice(0, 3).map(({ run_id, stage, status, started_at, seconds, summary }) => ({ run_id, stage, status, started_at, seconds, summary })),
  });
}

function buildRuns(name) {
  return [3, 2, 1].map((n) => ({ run_id: `run-${name}-000${n}`, stage: n === 2 ? 'segments' : 'all', status: n === 1 ? 'failed' : 'done', started_at: `2026-05-0${n + 1}T06:12:00Z`, seconds: n === 1 ? 3.1 : 41.7 + n, seed: 42, version: '0.1.0-mock', author: 'Mo Demo', summary: n === 1 ? 'Stopped: the gate for receipts did not pass.' : `${kinds[name].length} segments published.`, inputs: [{ table: 'receipt_lines', version: 4 + n }] }));
}

function buildProject(id, title, currency, extra) {
  const customers = buildCustomers(id);
  const project = { id, name: id, title, currency, lines: customers.length * 94, customers: customers.length, ...extra, runs: buildRuns(id), jobs: new Map() };
  project.scheme = buildScheme(id, currency, customers);
  project.members = memberRows(id, customers, project.scheme);
  project.raw = new Map(customers.map((c) => [c.key, c]));
  project.home = buildHome(project, project.scheme, customers);
  project.history = [{ at: '2026-05-04T06:13:00Z', author: 'Mo Demo', action: 'publish', to: `run-${id}-0003`, reason: 'First run on the full year' }];
  project.people = [
    { person_id: 'p1', name: 'Mo Demo', email: 'mo@shop.example', roles: ['admin'], active: true, last_seen_at: '2026-05-06T08:00:00Z' },
    { person_id: 'p2', name: 'Ana Lyst', email: 'ana@shop.example', roles: ['analyst'], active: true, last_seen_at: '2026-05-05T16:40:00Z' },
    { person_id: 'p3', name: 'Pat Planner', roles: ['planner', 'marketer'], active: true },
    { person_id: 'p4', name: 'Former Colleague', roles: ['staff'], active: false, last_seen_at: '2026-02-01T10:00:00Z' },
  ];
  project.keys = [
    { key_id: 'k1', name: 'Till upload', prefix: 'tsr_9f2c', scopes: ['ingest'], created_at: '2026-04-02T09:00:00Z', last_used_at: '2026-05-06T05:00:00Z', revoked: false },
    { key_id: 'k2', name: 'Old notebook', prefix: 'tsr_11ab', scopes: ['read'], created_at: '2026-01-15T09:00:00Z', expires_at: '2026-07-01T00:00:00Z', revoked: true },
    { key_id: 'k3', name: 'Trial of spring', prefix: 'tsr_4c07', scopes: ['read', 'write'], created_at: '2026-02-03T09:00:00Z', expires_at: '2026-03-01T23:59:59Z', revoked: false },
  ];
  const actions = ['import.started', 'run.started', 'segments.published', 'person.read', 'key.made', 'segment.renamed'];
  project.audit = Array.from({ length: 64 }, (_, i) => ({ seq: i + 1, at: new Date(Date.UTC(2026, 4, 1, 6, i * 37)).toISOString(), author: i % 3 ? 'Mo Demo' : 'Ana Lyst', action: actions[i % actions.length], subject: `${actions[i % actions.length].split('.')[0]} ${1000 + i}`, reason: i % 4 === 3 ? 'Purpose: analytics' : 'Set up of the demo', hash: [...`${i}`.repeat(8)].map((c, j) => ((c.charCodeAt(0) * 31 + i * 7 + j * 13) % 256).toString(16).padStart(2, '0')).join('').slice(0, 64).padEnd(64, 'c4') }));
  return project;
}

export const projects = [
  buildProject('gift-wholesaler', 'Gift wholesaler', 'GBP', { credit: 'Made-up data of the development server.', licence: 'CC0', first_at: '2010-12-01T08:26:00Z', last_at: '2011-12-09T12:50:00Z' }),
  buildProject('sample-chain', 'Sample chain', 'EUR', { first_at: '2025-04-01T07:00:00Z', last_at: '2026-05-03T20:55:00Z' }),
];

export const me = {
  person_id: 'p1', name: 'Mo Demo', email: 'mo@shop.example', roles: ['planner', 'marketer', 'analyst', 'developer', 'privacy', 'admin'], version: '0.1.0-mock',
  purposes: [['analytics', 'Understand groups', true], ['personalisation', 'Choose what is shown', true], ['marketing_messages', 'Choose what is sent', false], ['service', 'Help a customer', true], ['privacy_request', 'Answer a privacy request', true], ['quality', 'Check the data', true]].map(([purpose, label, allowed]) => ({ purpose, label, allowed })),
};
