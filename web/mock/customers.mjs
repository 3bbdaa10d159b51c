// One made-up customer: card, features, reasons, receipts with lines and matched returns; two shops use one number.
import { money, seeded } from './random.mjs';

const DAY = 86_400_000;
const products = [['85123A', 'WHITE HANGING HEART T-LIGHT HOLDER', 2.55], ['71053', 'WHITE METAL LANTERN', 3.39], ['84406B', 'CREAM CUPID HEARTS COAT HANGER', 2.75], ['22423', 'REGENCY CAKESTAND 3 TIER', 12.75], ['47566', 'PARTY BUNTING', 4.95], ['20725', 'LUNCH BAG RED RETROSPOT', 1.65], ['22197', 'POPCORN HOLDER', 0.85], ['PADS', 'PADS TO MATCH ALL CUSHIONS', 0.001]];

export function card(project, key) {
  const c = project.raw.get(key);
  const row = project.members.find((m) => m.customer_key === key);
  if (!c || !row) return undefined;
  const own = project.scheme.clusters[c.cluster];
  const list = project.scheme.features.map((f, j) => ({ key: f.key, label: f.label, value: c.f[j], unit: f.unit, total_mean: own.profile[j].total, index: (c.f[j] / own.profile[j].total) * 100, how_computed: f.how_computed }));
  const r = seeded(key);
  return {
    customer_key: key, currency: project.currency, first_at: project.first_at, last_at: row.last_at, receipts: row.receipts, spend: row.spend, features: list,
    segment: { scheme: 'customers', cluster: c.cluster, name: own.name, second_name: row.second_name, margin: row.margin, sentence: `Nearest to “${own.name}”: ${own.facts[0].label.toLowerCase()} and ${own.facts[1].label.toLowerCase()} fit best. “${row.second_name}” would be second.`,
      contributions: project.scheme.features.map((f) => { const near = Math.abs(r.normal()) * 0.3; return { feature: f.key, label: f.label, own: near, second: near + r.next() * row.margin * 2 - 0.05 }; }).map((x) => ({ ...x, second: Math.max(0, x.second) })) },
  };
}

export function receipts(project, key) {
  const row = project.members.find((m) => m.customer_key === key);
  if (!row) return undefined;
  const r = seeded(key + 1);
  const list = [];
  let at = Date.parse(row.last_at);
  for (let n = 0; n < row.receipts; n++) {
    const items = Array.from({ length: 2 + r.int(6) }, () => {
      const [product_id, description, price] = r.pick(products);
      const quantity = 1 + r.int(24);
      return { product_id, description, quantity, unit_price: money(price), amount: money(price * quantity), line_type: 'sale' };
    });
    if (n % 4 === 0) items.push({ product_id: 'POST', description: 'POSTAGE', quantity: 1, unit_price: money(18), amount: money(18), line_type: 'service', service_kind: 'postage' });
    const id = String(536365 + (key % 1000) * 40 + row.receipts - n);
    const sum = (l) => l.reduce((s, i) => s + Number(i.amount), 0);
    list.push({ receipt_key: `${key}/${id}`, receipt_id: id, happened_at: new Date(at).toISOString(), store: project.id === 'sample-chain' ? `Store ${1 + (key % 20)}` : null, channel: project.id === 'sample-chain' ? 'shop' : null, country: 'United Kingdom', lines: items.length, units: items.reduce((s, i) => s + i.quantity, 0), amount: money(sum(items)), type: 'sale', items });
    if (n === 1) {
      const back = items[0];
      const quantity = -Math.ceil(back.quantity / 2);
      const lines = [{ ...back, quantity, amount: money(Number(back.unit_price) * quantity), line_type: 'return', matched_receipt: id }];
      list.push({ ...list.at(-1), receipt_key: `${key}/C${id}`, receipt_id: `C${id}`, happened_at: new Date(at + 6 * DAY).toISOString(), lines: 1, units: quantity, amount: money(sum(lines)), type: 'return', items: lines });
    }
    // Another shop counts its receipts itself and came to the same number; something else was brought back there.
    if (n === 2) {
      const back = list.at(-1).items[0];
      const lines = [items[1], { ...back, quantity: -1, amount: money(-Number(back.unit_price)), line_type: 'return', matched_receipt: null }];
      list.push({ ...list.at(-1), receipt_key: `${key}/other/${id}`, store: 'Other shop', lines: lines.length, units: lines.reduce((s, i) => s + i.quantity, 0), amount: money(sum(lines)), type: 'mixed', items: lines });
    }
    at -= (4 + r.int(40)) * DAY;
  }
  return list.sort((a, b) => b.happened_at.localeCompare(a.happened_at));
}
